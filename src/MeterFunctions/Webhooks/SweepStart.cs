using Grpc.Core;
using MeterFunctions.Hosting;
using MeterFunctions.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Webhooks;

/// <summary>Sees to it that <see cref="SignalSweep"/> runs: once the process has a client of the task hub, and now and then.</summary>
internal sealed class SweepStart(DurableClients clients, TimeProvider time, ILogger<SweepStart> logger) : BackgroundService
{
    // One read of the task hub each time; it finds a sweep that somebody has ended.
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>Starts the sweep unless it runs.</summary>
    internal static async Task EnsureAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(SignalSweep.InstanceId, cancellationToken).ConfigureAwait(false) is { IsCompleted: false })
        {
            return;
        }

        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                SignalSweep.Name, SweepWork.Start, new StartOrchestrationOptions(SignalSweep.InstanceId), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (RpcException other) when (other.StatusCode == StatusCode.AlreadyExists)
        {
            // Another instance came first; the task hub takes an id once.
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var client = await clients.GetAsync(stoppingToken).ConfigureAwait(false);
        while (true)
        {
            try
            {
                await EnsureAsync(client, stoppingToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The app works without it, and it is tried again; it is logged.
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                logger.SweepNotStarted(fault);
            }

            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(false);
        }
    }
}
