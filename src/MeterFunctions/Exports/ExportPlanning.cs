using MeterFunctions.Hosting;
using Metering;
using Metering.Api;
using Metering.Reports;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Exports;

/// <summary>What <see cref="ExportRounds"/> does in its activities.</summary>
internal sealed class ExportPlanning(
    TableExports exports,
    ScheduleRound schedules,
    ExportRun run,
    ExportOptions options,
    IMeterClock clock,
    TimeProvider time,
    ILogger<ExportPlanning> logger)
{
    // An attempt that ends its process would otherwise do so for ever.
    private const int MaxAttempts = 10;

    // A timer of nothing would make a history entry for nothing.
    private static readonly TimeSpan MinRest = TimeSpan.FromSeconds(5);

    /// <summary>Makes the exports that are due, and says which ones are to be run.</summary>
    public async ValueTask<ExportPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var next = await schedules.RunAsync(cancellationToken).ConfigureAwait(false);
        var open = await exports.OpenAsync(cancellationToken).ConfigureAwait(false);
        var rest = next is { } at ? at - clock.UtcNow : ExportRounds.LongRest;
        return new ExportPlan(
            [.. open.Take(options.MaxRunning).Select(job => job.Id)],
            rest < MinRest ? MinRest : rest > ExportRounds.LongRest ? ExportRounds.LongRest : rest);
    }

    /// <summary>Writes a part of the file of an export, as much as the time of a function allows.</summary>
    /// <param name="id">The export.</param>
    /// <param name="most">How long rows are written, about.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <returns>Whether its file is there. Where there is more to do, the next round finds it still running.</returns>
    /// <exception cref="StoreUnavailableException">
    /// The storage does not take what the export says, so it is still open. Thrown, so that the round rests: a round that finds an export
    /// open after it has run one begins at once.
    /// </exception>
    public async ValueTask<bool> RunAsync(string id, TimeSpan most, CancellationToken cancellationToken)
    {
        if (await exports.FindAsync(id, cancellationToken).ConfigureAwait(false) is { Attempts: >= MaxAttempts })
        {
            await FailAsync(id, $"It was begun {MaxAttempts} times and interrupted each time.").ConfigureAwait(false);
            return false;
        }

        using var ended = new CancellationTokenSource(ExportRounds.MaxTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, cancellationToken);
        try
        {
            var job = await run.RunAsync(id, most, either.Token).ConfigureAwait(false);
            if (job is { Status: ExportStatus.Failed })
            {
                logger.BlobExportFailed(id, job.Failure ?? "");
            }

            return job is { Status: ExportStatus.Done };
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await FailAsync(
                id,
                $"One step of it took more than {ExportRounds.MaxTime.TotalMinutes} minutes, longer than a function may run. "
                + "Export a shorter span, or one tenant.").ConfigureAwait(false);
            return false;
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or StoreUnavailableException))
        {
            // The export says that it failed; it is over, so nothing is gained by trying it again and again.
            logger.BlobExportFaulted(fault, id);
            return false;
        }
    }

    // Whoever waited may have gone; what has happened is told all the same.
    private async Task FailAsync(string id, string why)
    {
        await exports.ChangeAsync(
            id,
            known => known.IsOver
                ? known
                : known with
                {
                    Status = ExportStatus.Failed, EndedAt = clock.UtcNow, FailureCode = ExportFailure.Unavailable, Failure = why,
                },
            CancellationToken.None).ConfigureAwait(false);
        logger.BlobExportFailed(id, why);

        // Of one that is over, it takes away what was put by.
        await run.RunAsync(id, CancellationToken.None).ConfigureAwait(false);
    }
}
