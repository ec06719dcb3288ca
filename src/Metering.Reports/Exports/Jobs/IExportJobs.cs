namespace Metering.Reports;

/// <summary>Keeps exports. Running them, by <see cref="ExportRun"/>, is the host's own work.</summary>
public interface IExportJobs
{
    /// <summary>Adds an export that waits; durable when it returns. One that is there with the same id stays as it is.</summary>
    /// <returns>The export with that id; null when as many wait as may.</returns>
    ValueTask<ExportJob?> AddAsync(ExportJob job, CancellationToken cancellationToken);

    /// <summary>An export; null when there is none, or it is forgotten.</summary>
    ValueTask<ExportJob?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Exports, the newest first.</summary>
    /// <exception cref="FormatException">The cursor is not one that this list gave.</exception>
    ValueTask<Page<ExportJob>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Changes an export, one change at a time; durable when it returns. <paramref name="change"/> must be pure: it may be called again
    /// when another change came first. What it returns as it was is not written.
    /// </summary>
    /// <returns>The export as it is then; null when there is none.</returns>
    ValueTask<ExportJob?> ChangeAsync(string id, Func<ExportJob, ExportJob> change, CancellationToken cancellationToken);

    /// <summary>Forgets an export; its file is not touched.</summary>
    ValueTask RemoveAsync(string id, CancellationToken cancellationToken);
}
