using System.Collections.Concurrent;
using Metering.Api;
using Metering.Reports;
using Metering.Server.Clock;
using Metering.Server.Loops;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Exports;

/// <summary>
/// Runs exports, a few at a time, the oldest first; and looks after schedules. What it does is kept in the store before and after, so after
/// a crash it goes on with what was interrupted.
/// </summary>
internal sealed class ExportLoop(
    SqliteExports exports,
    ExportRun run,
    FolderSink folder,
    ScheduleRound schedules,
    ClockSteadiness steadiness,
    ExportOptions options,
    TimeProvider time,
    LoopStatuses loops,
    ILogger<ExportLoop> logger) : BackgroundService
{
    // Schedules go by the engine's clock, which may be set or be put right, so it is asked again and again.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, bool> _running = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _wakeRunner = new(0, 1);
    private readonly SemaphoreSlim _wakeSchedules = new(0, 1);

    /// <summary>Runs the oldest export that nobody runs; false when there is none, or nothing could be done about any.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be written, so the export is still open.</exception>
    internal async Task<bool> RunNextAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await exports.OpenAsync(cancellationToken))
        {
            if (!_running.TryAdd(id, true))
            {
                continue;
            }

            try
            {
                if (await RunAsync(id, cancellationToken))
                {
                    return true;
                }
            }
            finally
            {
                _running.TryRemove(id, out _);
            }
        }

        return false;
    }

    /// <summary>
    /// Makes the exports that are due. After a jump of the clock they wait: days that have not come yet would be exported as over, and not
    /// again when they are.
    /// </summary>
    internal Task RunSchedulesAsync(CancellationToken cancellationToken) =>
        steadiness.IsSteady() ? schedules.RunAsync(cancellationToken) : Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        exports.Changed += Wake;
        try
        {
            var runners = Enumerable.Range(0, options.MaxRunning).Select(_ => new SurvivingLoop(loops.Add("Exports"), time, logger).RunAsync(
                async stopping => await RunNextAsync(stopping) ? TimeSpan.Zero : Look,
                (pause, stopping) => _wakeRunner.WaitAsync(pause, stopping),
                stoppingToken));
            var looking = new SurvivingLoop(loops.Add("Export schedules"), time, logger).RunAsync(
                async stopping =>
                {
                    await RunSchedulesAsync(stopping);
                    return Look;
                },
                (pause, stopping) => _wakeSchedules.WaitAsync(pause, stopping),
                stoppingToken);
            await Task.WhenAll([.. runners, looking]);
        }
        finally
        {
            exports.Changed -= Wake;
        }
    }

    // Whether it is over.
    private async Task<bool> RunAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var ended = await run.RunAsync(id, cancellationToken);
            if (ended is { Status: ExportStatus.Failed })
            {
                logger.ExportFailed(ended.Id, ended.Failure!);
            }

            if (ended is { Status: ExportStatus.Failed or ExportStatus.Cancelled })
            {
                folder.RemoveUnfinished(id);
            }

            return true;
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or StoreUnavailableException))
        {
            // It says that it failed and is over; or it can't even be read, and the others get their turn.
            logger.ExportFaulted(fault, id);
            return false;
        }
    }

    private void Wake()
    {
        Release(_wakeRunner);
        Release(_wakeSchedules);
    }

    private static void Release(SemaphoreSlim waiting)
    {
        try
        {
            waiting.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }
}
