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
    public Task<ExportJob?> RunAsync(string id, CancellationToken cancellationToken) => RunAsync(id, null, cancellationToken);

    /// <summary>
    /// Runs a part of an export, from where the part before has ended. Where there is more to do when it returns, the export is still
    /// running. A part that a crash interrupted is written again.
    /// </summary>
    /// <param name="id">The export.</param>
    /// <param name="most">
    /// How long the part takes, about; null: until the end. The sink has to be one of <see cref="IExportParts"/>.
    /// </param>
    /// <param name="cancellationToken">Interrupts it as a crash would.</param>
    /// <returns>The export as it is then; null when there is none.</returns>
    /// <exception cref="Exception">A fault that nobody expected: the export says that it failed, and the host logs why.</exception>
    public async Task<ExportJob?> RunAsync(string id, TimeSpan? most, CancellationToken cancellationToken)
    {
        var job = await RunPartAsync(id, most, cancellationToken).ConfigureAwait(false);
        if (sink is IExportParts parts && job is { IsOver: true })
        {
            await ForgetAsync(parts, id).ConfigureAwait(false);
        }

        return job;
    }

    private async Task<ExportJob?> RunPartAsync(string id, TimeSpan? most, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow;
        var job = await jobs.ChangeAsync(id, known => Begin(known, now), cancellationToken).ConfigureAwait(false);
        if (job?.Status != ExportStatus.Running)
        {
            return job;
        }

        try
        {
            var parts = sink as IExportParts;
            var before = parts is null ? null : await parts.FindAsync(id, cancellationToken).ConfigureAwait(false);
            var progress = new ExportProgress(jobs, job, time, most);
            var writing = new ExportWriting(sources, sink, progress, job, before);
            var (manifest, checkpoint) = await writing.RunAsync(cancellationToken).ConfigureAwait(false);
            if (checkpoint is not null)
            {
                await progress.TellNowAsync(cancellationToken).ConfigureAwait(false);
                await parts!.KeepAsync(id, checkpoint, cancellationToken).ConfigureAwait(false);
                return await jobs.ChangeAsync(id, known => Suspend(known, progress), cancellationToken).ConfigureAwait(false);
            }

            return await EndAsync(job, known => known with
            {
                Status = ExportStatus.Done, EndedAt = clock.UtcNow, Rows = manifest!.Rows,
                LicensesDone = progress.Total ?? known.LicensesDone, LicensesTotal = progress.Total, File = manifest.File,
                AdjustmentsName = manifest.Adjustments?.File?.Name,
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (ExportOvertakenException)
        {
            return await jobs.FindAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (ExportStoppedException)
        {
            return await EndAsync(
                job, known => known with { Status = ExportStatus.Cancelled, EndedAt = clock.UtcNow }).ConfigureAwait(false);
        }
        catch (ExportFailedException failed)
        {
            return await FailAsync(job, failed.Code, failed.Message).ConfigureAwait(false);
        }
        catch (StoreUnavailableException lost)
        {
            return await FailAsync(job, ExportFailure.Unavailable, lost.Message).ConfigureAwait(false);
        }
        catch (Exception fault) when (sink.Explain(fault) is { } failed)
        {
            return await FailAsync(job, failed.Code, failed.Message).ConfigureAwait(false);
        }
        catch (Exception)
        {
            await FailAsync(job, ExportFailure.Fault, "The service failed. The fault was logged.").ConfigureAwait(false);
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
            Runs = known.Runs + 1,
            StartedAt = GoesOn(known) ? known.StartedAt : now,
            Rows = GoesOn(known) ? known.Rows : 0,
            LicensesDone = GoesOn(known) ? known.LicensesDone : 0,
            LicensesTotal = GoesOn(known) ? known.LicensesTotal : null,
            FailureCode = null,
            Failure = null,
        },
        ExportStatus.Cancelling => known with { Status = ExportStatus.Cancelled, EndedAt = now },
        _ => known,
    };

    // The count of attempts begins anew: what is bounded is how often the same part is tried.
    private static ExportJob Suspend(ExportJob known, ExportProgress progress) =>
        known.Status != ExportStatus.Running || !progress.Owns(known) ? known
        : known with { Attempts = 0, Rows = progress.Rows, LicensesDone = progress.Licenses, LicensesTotal = progress.Total };

    private static bool GoesOn(ExportJob known) => known is { Status: ExportStatus.Running, Attempts: 0 };

    private async Task ForgetAsync(IExportParts parts, string id)
    {
        try
        {
            await parts.ForgetAsync(id, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault) when (sink.Explain(fault) is not null)
        {
            // How the export ended is what must be told; a checkpoint that is left stands in nobody's way.
        }
    }

    private Task<ExportJob?> FailAsync(ExportJob job, string code, string why) => EndAsync(job, known => known with
    {
        Status = ExportStatus.Failed, EndedAt = clock.UtcNow, FailureCode = code, Failure = why,
    });

    // Whoever waited may have gone; what has happened is told all the same.
    private async Task<ExportJob?> EndAsync(ExportJob job, Func<ExportJob, ExportJob> end) => await jobs.ChangeAsync(
        job.Id, known => known.IsOver || known.Runs != job.Runs ? known : end(known), CancellationToken.None).ConfigureAwait(false);
}
