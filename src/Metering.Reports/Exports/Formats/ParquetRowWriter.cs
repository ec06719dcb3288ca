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

    private static readonly byte[] Magic = "PAR1"u8.ToArray();

    private readonly TailStream _file;
    private readonly ParquetWriter _parquet;
    private readonly ParquetColumn[] _columns;
    private int _rows;
    private long _characters;
    private bool _hasGroup;

    private ParquetRowWriter(TailStream file, ParquetWriter parquet, ParquetColumn[] columns) =>
        (_file, _parquet, _columns) = (file, parquet, columns);

    internal static async Task<ParquetRowWriter> CreateAsync(
        Stream stream, IReadOnlyList<ExportColumn> columns, ReadOnlyMemory<byte>? tail, CancellationToken cancellationToken)
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
        var file = new TailStream(stream, Magic, tail ?? default);
        var parquet = await ParquetWriter.CreateAsync(schema, file, options, append: tail is not null, cancellationToken)
            .ConfigureAwait(false);
        return new ParquetRowWriter(file, parquet, written) { _hasGroup = tail is not null };
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
        await WriteRestAsync(cancellationToken).ConfigureAwait(false);

        // It writes the footer; the stream is the caller's.
        await _parquet.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask<ReadOnlyMemory<byte>> SuspendAsync(CancellationToken cancellationToken)
    {
        await WriteRestAsync(cancellationToken).ConfigureAwait(false);
        _file.Hold();
        await _parquet.DisposeAsync().ConfigureAwait(false);
        return _file.Held;
    }

    // Readers want a group, so a file without rows has an empty one.
    private ValueTask WriteRestAsync(CancellationToken cancellationToken) =>
        _rows > 0 || !_hasGroup ? WriteGroupAsync(cancellationToken) : ValueTask.CompletedTask;

    private async ValueTask WriteGroupAsync(CancellationToken cancellationToken)
    {
        _hasGroup = true;
        using var group = _parquet.CreateRowGroup();
        foreach (var column in _columns)
        {
            await column.WriteAsync(group, _rows, cancellationToken).ConfigureAwait(false);
        }

        group.CompleteValidate();
        (_rows, _characters) = (0, 0);
    }
}
