namespace Metering.Reports;

/// <summary>Tells how far an export is, and says when it has to stop.</summary>
/// <param name="jobs">The exports.</param>
/// <param name="job">The export, as this run has begun it.</param>
/// <param name="time">By which is told now and then.</param>
/// <param name="most">How long the run may take; null: as long as it takes.</param>
internal sealed class ExportProgress(IExportJobs jobs, ExportJob job, TimeProvider time, TimeSpan? most)
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);
    private readonly long _beganAt = time.GetTimestamp();
    private long _toldAt = time.GetTimestamp();

    internal IExportJobs Jobs => jobs;

    /// <summary>Rows that were written.</summary>
    internal long Rows { get; set; }

    /// <summary>Licenses that were read.</summary>
    internal long Licenses { get; set; }

    /// <summary>Licenses that are to be read.</summary>
    internal long? Total { get; set; }

    /// <summary>Whether the run has taken as long as it may.</summary>
    internal bool IsOver => time.GetElapsedTime(_beganAt) >= most;

    /// <summary>Whether the export is still this run's.</summary>
    internal bool Owns(ExportJob known) => known.Runs == job.Runs;

    /// <summary>Tells, if some time has passed since it was told last.</summary>
    /// <exception cref="ExportStoppedException">Somebody wants it to stop.</exception>
    /// <exception cref="ExportOvertakenException">Another run has taken over.</exception>
    internal ValueTask TellAsync(CancellationToken cancellationToken) =>
        time.GetElapsedTime(_toldAt) < TellEvery ? ValueTask.CompletedTask : TellNowAsync(cancellationToken);

    /// <summary>Tells, whenever it was told last.</summary>
    // Telling is also asking: the answer says whether somebody wants it to stop.
    internal async ValueTask TellNowAsync(CancellationToken cancellationToken)
    {
        var known = await jobs.ChangeAsync(
            job.Id,
            one => one.Status == ExportStatus.Running && Owns(one)
                ? one with { Rows = Rows, LicensesDone = Licenses, LicensesTotal = Total }
                : one,
            cancellationToken).ConfigureAwait(false);
        _toldAt = time.GetTimestamp();
        if (known is not null && !Owns(known))
        {
            throw new ExportOvertakenException();
        }

        if (known?.Status != ExportStatus.Running)
        {
            throw new ExportStoppedException();
        }
    }
}
