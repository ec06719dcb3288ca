using Microsoft.Extensions.Hosting;

namespace Metering.Server.Hosting;

/// <summary>Makes the telemetry begin with the server; the container ends it.</summary>
#pragma warning disable CS9113 // Asking for it is what makes it.
internal sealed class TelemetryStart(Telemetry telemetry) : IHostedService
#pragma warning restore CS9113
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
