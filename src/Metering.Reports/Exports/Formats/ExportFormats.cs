using System.IO.Compression;

namespace Metering.Reports;

/// <summary>The formats: their writers, readers and the ends of their files' names.</summary>
public static class ExportFormats
{
    /// <summary>The end of a file's name, with the dot.</summary>
    public static string Ending(ExportFormat format, ExportCompression compression) =>
        $".{EnumNames.Of(format)}{(compression == ExportCompression.Gzip ? ".gz" : "")}";

    /// <summary>Opens a writer on a stream, which stays open.</summary>
    /// <param name="stream">The file; of one that goes on, its position is where that has ended.</param>
    /// <param name="format">The format.</param>
    /// <param name="compression">How it is compressed.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="tail">What a writer before this one answered when it was suspended; null begins the file.</param>
    public static async ValueTask<IRowWriter> WriteAsync(
        Stream stream,
        ExportFormat format,
        ExportCompression compression,
        IReadOnlyList<ExportColumn> columns,
        CancellationToken cancellationToken,
        ReadOnlyMemory<byte>? tail = null)
    {
        if (format == ExportFormat.Parquet)
        {
            return await ParquetRowWriter.CreateAsync(stream, columns, tail, cancellationToken).ConfigureAwait(false);
        }

        if (compression == ExportCompression.Gzip)
        {
            var packed = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
            return new PackedRowWriter(packed, Plain(packed, format, columns, tail is not null));
        }

        return Plain(stream, format, columns, tail is not null);
    }

    /// <summary>Opens a reader on a stream, which stays open. Parquet needs one that can seek.</summary>
    /// <exception cref="ExportFileException">The file is not one of that format and these columns.</exception>
    public static async ValueTask<IRowReader> ReadAsync(
        Stream stream,
        ExportFormat format,
        ExportCompression compression,
        IReadOnlyList<ExportColumn> columns,
        CancellationToken cancellationToken)
    {
        if (format == ExportFormat.Parquet)
        {
            return await ParquetRowReader.CreateAsync(stream, columns, cancellationToken).ConfigureAwait(false);
        }

        var plain = compression == ExportCompression.Gzip ? new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true) : stream;
        return format == ExportFormat.Csv ? new CsvRowReader(plain, columns) : new JsonLinesRowReader(plain, columns);
    }

    private static IRowWriter Plain(Stream stream, ExportFormat format, IReadOnlyList<ExportColumn> columns, bool isContinued) =>
        format == ExportFormat.Csv ? new CsvRowWriter(stream, columns, isContinued) : new JsonLinesRowWriter(stream, columns);
}
