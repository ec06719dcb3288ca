using System.IO.Compression;
using Parquet;
using Parquet.Schema;

namespace Metering.Reports;

/// <summary>Writes Parquet: rows are gathered to row groups of a bounded size, which are written column by column.</summary>
internal sealed class ParquetRowWriter : IRowWriter
{
    /// <summary>Most rows of a group; the last one, and one with long texts, has less.</summary>
    // A group is held in memory until it is written, once as values and once as encoded pages.
    internal const int GroupRows = 8_192;

    // As much text as a group may hold, so that rows with long metadata make smaller groups.
    private const int MaxGroupCharacters = 4 * 1024 * 1024;

    private readonly ParquetWriter _parquet;
    private readonly ParquetColumn[] _columns;
    private int _rows;
    private long _characters;

    private ParquetRowWriter(ParquetWriter parquet, ParquetColumn[] columns) => (_parquet, _columns) = (parquet, columns);

    internal static async Task<ParquetRowWriter> CreateAsync(
        Stream stream, IReadOnlyList<ExportColumn> columns, CancellationToken cancellationToken)
    {
        ParquetColumn[] written = [.. columns.Select((column, index) => ParquetColumn.Of(column, index, GroupRows))];
        var options = new ParquetOptions
        {
            CompressionMethod = CompressionMethod.Snappy,
            CompressionLevel = CompressionLevel.Fastest,
            // Kinds, features and tenants repeat; ids don't, and need not be looked at to the last one to know it.
            DictionaryEncodingSampleSize = 512,
        };
        var schema = new ParquetSchema(written.Select(column => (Field)column.Field));
        var parquet = await ParquetWriter.CreateAsync(schema, stream, options, false, cancellationToken).ConfigureAwait(false);
        return new ParquetRowWriter(parquet, written);
    }

    public ValueTask WriteAsync(ExportRow row, CancellationToken cancellationToken)
    {
        foreach (var column in _columns)
        {
            _characters += column.Take(row, _rows);
        }

        return ++_rows < GroupRows && _characters < MaxGroupCharacters ? ValueTask.CompletedTask : WriteGroupAsync(cancellationToken);
    }

    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        // Readers want a group, so a file without rows has an empty one.
        await WriteGroupAsync(cancellationToken).ConfigureAwait(false);

        // It writes the footer; the stream is the caller's.
        await _parquet.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask WriteGroupAsync(CancellationToken cancellationToken)
    {
        using var group = _parquet.CreateRowGroup();
        foreach (var column in _columns)
        {
            await column.WriteAsync(group, _rows, cancellationToken).ConfigureAwait(false);
        }

        group.CompleteValidate();
        (_rows, _characters) = (0, 0);
    }
}
