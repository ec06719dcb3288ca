namespace Metering.Reports;

/// <summary>
/// Where exports' files are: a folder, a container. A name is a path of parts with <c>/</c> between them, as <see cref="ExportNames"/>
/// makes them.
/// </summary>
public interface IExportSink
{
    /// <summary>Begins a file. Nobody sees it under its name before it is published.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="exportId">Whose it is: what an interrupted attempt of the same export left is replaced.</param>
    /// <param name="cancellationToken">Stops it.</param>
    ValueTask<IExportFile> CreateAsync(string name, string exportId, CancellationToken cancellationToken);

    /// <summary>Opens a published file to read; null when there is none. The stream can seek.</summary>
    ValueTask<Stream?> OpenAsync(string name, CancellationToken cancellationToken);

    /// <summary>Takes a published file away, if it is there.</summary>
    ValueTask RemoveAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Why a fault of this sink came, in words that say what the operator can do; null for a fault that is none of its own.
    /// </summary>
    ExportFailedException? Explain(Exception fault);

    /// <summary>Where a file is, for people and programs that fetch it.</summary>
    string LocationOf(string name);
}
