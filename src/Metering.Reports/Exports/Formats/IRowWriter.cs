namespace Metering.Reports;

/// <summary>Writes rows in one format. Memory does not grow with the number of rows.</summary>
public interface IRowWriter
{
    /// <summary>Writes a row; the caller may fill it anew afterwards.</summary>
    ValueTask WriteAsync(ExportRow row, CancellationToken cancellationToken);

    /// <summary>Writes what ends the file. The stream stays open. A file that is given up is not ended.</summary>
    ValueTask CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Writes what was gathered, and ends in such a way that another writer can go on.</summary>
    /// <returns>What that one needs; empty where it is nothing.</returns>
    ValueTask<ReadOnlyMemory<byte>> SuspendAsync(CancellationToken cancellationToken);
}
