using MeterFunctions.Exports;
using MeterFunctions.Hosting;
using MeterFunctions.Orchestrations;
using MeterFunctions.Retention;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Webhooks;

/// <summary>
/// Sees to it that the orchestrations without end run, each once in a task hub: when the process has a client of it, and now and then.
/// </summary>
internal sealed class SweepStart(DurableClients clients, TimeProvider time, ILogger<SweepStart> logger) : BackgroundService
{
    // One read of the task hub for each; it finds a sweep that somebody has ended.
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>The sweeps, each with its one instance and where it begins.</summary>
    internal static readonly (string Name, string InstanceId, object Begin)[] Sweeps =
    [
        (SignalSweep.Name, SignalSweep.InstanceId, SweepWork.Start),
        (QueueSweep.Name, QueueSweep.InstanceId, QueuePlace.Start),
        (RetentionSweep.Name, RetentionSweep.InstanceId, RetentionWork.Start),
        (ExportRounds.Name, ExportRounds.InstanceId, ""),
    ];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var client = await clients.GetAsync(stoppingToken).ConfigureAwait(false);
        while (true)
        {
            foreach (var sweep in Sweeps)
            {
                try
                {
                    await Steps.EnsureAsync(client, sweep.Name, sweep.InstanceId, sweep.Begin, stoppingToken)
                        .ConfigureAwait(false);
                }
#pragma warning disable CA1031 // The app works without it, and it is tried again; it is logged.
                catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    logger.SweepNotStarted(fault, sweep.Name);
                }
            }

            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(false);
        }
    }
}
