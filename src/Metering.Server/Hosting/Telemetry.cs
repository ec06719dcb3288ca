using Metering.Server.Engine;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Metering.Server.Hosting;

/// <summary>Sends metrics and traces by OTLP, where an endpoint is set in the environment.</summary>
internal sealed class Telemetry : IDisposable
{
    /// <summary>The standard variable that names the collector.</summary>
    internal const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly MeterProvider _metrics;
    private readonly TracerProvider _traces;

    internal Telemetry()
    {
        var resource = ResourceBuilder.CreateEmpty().AddService("metering").AddTelemetrySdk().AddEnvironmentVariableDetector();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(EngineMetrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddOtlpExporter()
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(EngineMetrics.Name, "Microsoft.AspNetCore")
            .AddOtlpExporter()
            .Build();
    }

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }
}
