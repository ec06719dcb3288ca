using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Hosting;

/// <summary>Logs what is wrong with the settings, once, when the app starts.</summary>
internal sealed class SettingFaultsReport(SettingFaults faults, ILogger<SettingFaultsReport> logger) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var fault in faults.All)
        {
            logger.SettingWrong(fault);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
