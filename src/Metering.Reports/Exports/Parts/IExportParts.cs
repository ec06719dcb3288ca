namespace Metering.Reports;

/// <summary>
/// What a sink can do where an export may take longer than the host lets it run: a file is written in parts, one run after the other, and
/// between two of them a checkpoint is kept of how far it has come.
/// </summary>
public interface IExportParts
{
    /// <summary>Goes on with a file, or begins it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="exportId">Whose it is.</param>
    /// <param name="mark">What <see cref="IPartFile.SuspendAsync"/> answered; null begins it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    ValueTask<IPartFile> ContinueAsync(string name, string exportId, string? mark, CancellationToken cancellationToken);

    /// <summary>The last checkpoint of an export; null where there is none.</summary>
    ValueTask<ExportCheckpoint?> FindAsync(string exportId, CancellationToken cancellationToken);

    /// <summary>Keeps a checkpoint in place of the last one; durable when it returns.</summary>
    ValueTask KeepAsync(string exportId, ExportCheckpoint checkpoint, CancellationToken cancellationToken);

    /// <summary>Forgets the checkpoint of an export that is over, if there is one.</summary>
    ValueTask ForgetAsync(string exportId, CancellationToken cancellationToken);
}
