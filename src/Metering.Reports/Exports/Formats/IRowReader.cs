namespace Metering.Reports;

/// <summary>Reads rows back that an <see cref="IRowWriter"/> has written.</summary>
public interface IRowReader : IAsyncDisposable
{
    /// <summary>Reads the next row; false at the end.</summary>
    /// <exception cref="ExportFileException">The file is not as it was written.</exception>
    ValueTask<bool> ReadAsync(ExportRow row, CancellationToken cancellationToken);
}
