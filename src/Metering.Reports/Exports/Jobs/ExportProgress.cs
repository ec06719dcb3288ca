namespace Metering.Reports;

/// <summary>Tells how far an export is, and says when it has to stop.</summary>
/// <param name="jobs">The exports.</param>
/// <param name="id">The export.</param>
/// <param name="time">By which is told now and then.</param>
/// <param name="most">How long the run may take; null: as long as it takes.</param>
internal sealed class ExportProgress(IExportJobs jobs, string id, TimeProvider time, TimeSpan? most)
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

    /// <summary>Tells, if some time has passed since it was told last.</summary>
    /// <exception cref="ExportStoppedException">Somebody wants it to stop.</exception>
    internal ValueTask TellAsync(CancellationToken cancellationToken) =>
        time.GetElapsedTime(_toldAt) < TellEvery ? ValueTask.CompletedTask : TellNowAsync(cancellationToken);

    // Telling is also asking: the answer says whether somebody wants it to stop.
    private async ValueTask TellNowAsync(CancellationToken cancellationToken)
    {
        var known = await jobs.ChangeAsync(
            id,
            one => one.Status == ExportStatus.Running
                ? one with { Rows = Rows, LicensesDone = Licenses, LicensesTotal = Total }
                : one,
            cancellationToken).ConfigureAwait(false);
        _toldAt = time.GetTimestamp();
        if (known?.Status != ExportStatus.Running)
        {
            throw new ExportStoppedException();
        }
    }
}
