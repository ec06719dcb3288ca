namespace Metering.Reports;

/// <summary>Runs exports, from the ports of a host. It keeps nothing itself: what must outlive a crash is in the host's stores.</summary>
public sealed class ExportRun(ExportSources sources, IExportSink sink, IExportJobs jobs, IMeterClock clock, TimeProvider time)
{
    /// <summary>
    /// Runs an export that waits, or one that a crash interrupted, which begins anew. When it returns, file and manifest are there, or
    /// nothing is, and the export says which.
    /// </summary>
    /// <param name="id">The export.</param>
    /// <param name="cancellationToken">Interrupts it as a crash would: it stays running, and begins anew when it is run again.</param>
    /// <returns>The export as it is then; null when there is none.</returns>
    /// <exception cref="Exception">A fault that nobody expected: the export says that it failed, and the host logs why.</exception>
    public async Task<ExportJob?> RunAsync(string id, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow;
        var job = await jobs.ChangeAsync(id, known => Begin(known, now), cancellationToken).ConfigureAwait(false);
        if (job?.Status != ExportStatus.Running)
        {
            return job;
        }

        try
        {
            var writing = new ExportWriting(sources, sink, jobs, time, job);
            var done = await writing.RunAsync(cancellationToken).ConfigureAwait(false);
            return await EndAsync(id, known => known with
            {
                Status = ExportStatus.Done, EndedAt = clock.UtcNow, Rows = done.Rows, LicensesDone = done.LicensesDone,
                LicensesTotal = done.LicensesTotal, File = done.File, AdjustmentsName = done.AdjustmentsName,
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (ExportStoppedException)
        {
            return await EndAsync(
                id, known => known with { Status = ExportStatus.Cancelled, EndedAt = clock.UtcNow }).ConfigureAwait(false);
        }
        catch (ExportFailedException failed)
        {
            return await FailAsync(id, failed.Code, failed.Message).ConfigureAwait(false);
        }
        catch (StoreUnavailableException lost)
        {
            return await FailAsync(id, ExportFailure.Unavailable, lost.Message).ConfigureAwait(false);
        }
        catch (Exception fault) when (sink.Explain(fault) is { } failed)
        {
            return await FailAsync(id, failed.Code, failed.Message).ConfigureAwait(false);
        }
        catch (Exception)
        {
            await FailAsync(id, ExportFailure.Fault, "The service failed. The fault was logged.").ConfigureAwait(false);
            throw;
        }
    }

    private ExportJob Begin(ExportJob known, DateTimeOffset now) => known.Status switch
    {
        ExportStatus.Waiting or ExportStatus.Running => known with
        {
            Status = ExportStatus.Running,

            // Kept from the first attempt on: it is in the file's name, and what that attempt left is found by it.
            State = known.State ?? known.Order.Span.StateAt(now, sources.Rules.LateWindow),
            Attempts = known.Attempts + 1,
            StartedAt = now,
            Rows = 0,
            LicensesDone = 0,
            LicensesTotal = null,
            FailureCode = null,
            Failure = null,
        },
        ExportStatus.Cancelling => known with { Status = ExportStatus.Cancelled, EndedAt = now },
        _ => known,
    };

    private Task<ExportJob?> FailAsync(string id, string code, string why) => EndAsync(id, known => known with
    {
        Status = ExportStatus.Failed, EndedAt = clock.UtcNow, FailureCode = code, Failure = why,
    });

    // Whoever waited may have gone; what has happened is told all the same.
    private async Task<ExportJob?> EndAsync(string id, Func<ExportJob, ExportJob> end) =>
        await jobs.ChangeAsync(id, known => known.IsOver ? known : end(known), CancellationToken.None).ConfigureAwait(false);
}
