using Parquet;
using Parquet.Schema;

namespace Metering.Reports;

/// <summary>Reads back what <see cref="ParquetRowWriter"/> wrote, a row group at a time.</summary>
internal sealed class ParquetRowReader : IRowReader
{
    private readonly ParquetReader _parquet;
    private readonly ParquetColumn[] _columns;
    private int _group;
    private int _rows;
    private int _at;

    private ParquetRowReader(ParquetReader parquet, ParquetColumn[] columns) => (_parquet, _columns) = (parquet, columns);

    internal static async Task<ParquetRowReader> CreateAsync(
        Stream stream, IReadOnlyList<ExportColumn> columns, CancellationToken cancellationToken)
    {
        try
        {
            var parquet = await ParquetReader.CreateAsync(stream, null, leaveStreamOpen: true, cancellationToken).ConfigureAwait(false);
            ParquetColumn[] wanted = [.. columns.Select((column, index) => ParquetColumn.Of(column, index, ParquetRowWriter.GroupRows))];
            if (!parquet.Schema.Equals(new ParquetSchema(wanted.Select(column => (Field)column.Field))))
            {
                await parquet.DisposeAsync().ConfigureAwait(false);
                throw new ExportFileException("The file has not the columns of the report.");
            }

            return new ParquetRowReader(parquet, wanted);
        }
        catch (Exception e) when (IsOfFile(e))
        {
            throw new ExportFileException($"The file is no Parquet: {e.Message}", e);
        }
    }

    public async ValueTask<bool> ReadAsync(ExportRow row, CancellationToken cancellationToken)
    {
        while (_at == _rows)
        {
            if (_group == _parquet.RowGroupCount)
            {
                return false;
            }

            await ReadGroupAsync(cancellationToken).ConfigureAwait(false);
        }

        row.Clear();
        foreach (var column in _columns)
        {
            column.Give(row, _at);
        }

        _at++;
        return true;
    }

    public ValueTask DisposeAsync() => _parquet.DisposeAsync();

    // What its decoders throw for bytes that are no pages of theirs.
    private static bool IsOfFile(Exception e) => e is not (OperationCanceledException or ExportFileException or OutOfMemoryException);

    private async Task ReadGroupAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var group = _parquet.OpenRowGroupReader(_group);
            if (group.RowCount is < 0 or > ParquetRowWriter.GroupRows)
            {
                throw new ExportFileException($"Row group {_group} has {group.RowCount} rows; an export writes {ParquetRowWriter.GroupRows} at most.");
            }

            (_at, _rows) = (0, (int)group.RowCount);
            foreach (var column in _columns)
            {
                await column.ReadAsync(group, _rows, cancellationToken).ConfigureAwait(false);
            }

            _group++;
        }
        catch (Exception e) when (IsOfFile(e))
        {
            throw new ExportFileException($"Row group {_group} cannot be read: {e.Message}", e);
        }
    }
}
