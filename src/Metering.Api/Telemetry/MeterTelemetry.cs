using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Metering.Api;

/// <summary>Sends metrics and traces by OTLP, as OpenTelemetry's own variables say: over gRPC or HTTP, on both hosts.</summary>
public sealed class MeterTelemetry : IHostedService, IDisposable
{
    // The standard variables of which one says that something is to be sent, and where. The exporter reads them itself, and the others.
    private static readonly string[] EndpointVariables =
    [
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    ];

    private readonly TelemetryFaults _faults;
    private readonly MeterProvider _metrics;
    private readonly TracerProvider _traces;

    /// <summary>Begins to listen.</summary>
    public MeterTelemetry(ILoggerFactory loggers, TimeProvider time)
    {
        // First: what is wrong with the variables is told while the exporters are made.
        _faults = new TelemetryFaults(loggers.CreateLogger<TelemetryFaults>(), time);
        var resource = Resource();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(ApiMetrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddOtlpExporter()
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(ApiMetrics.Name, "Microsoft.AspNetCore")
            .AddOtlpExporter()
            .Build();
    }

    /// <summary>Registers it, where the environment names an endpoint and does not turn the SDK off.</summary>
    public static void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (EndpointVariables.Any(variable => !string.IsNullOrEmpty(configuration[variable]))
            && !string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
        {
            services.AddHostedService<MeterTelemetry>();
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
        _faults.Dispose();
    }

    /// <summary>Who sends; what the environment says of it comes last and wins.</summary>
    internal static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService("metering", serviceVersion: Version)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    // As it was built, with the commit behind a plus where the build knows it.
    private static string Version =>
        typeof(MeterTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
