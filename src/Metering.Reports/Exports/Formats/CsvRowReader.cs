using System.Buffers.Text;
using System.Globalization;
using System.Text;
using CsvHelper;

namespace Metering.Reports;

/// <summary>Reads back what <see cref="CsvRowWriter"/> wrote.</summary>
internal sealed class CsvRowReader(Stream stream, IReadOnlyList<ExportColumn> columns) : IRowReader
{
    // A quote that was lost would make one record of the whole rest of the file.
    private const int MaxRecordBytes = 16 * 1024 * 1024;

    private readonly CsvReader _csv = CsvReader.Create(
        stream, new CsvReaderOptions { Separator = ',', MaxRecordSize = MaxRecordBytes }, leaveOpen: true);

    private bool _begun;

    public async ValueTask<bool> ReadAsync(ExportRow row, CancellationToken cancellationToken)
    {
        try
        {
            if (!_begun)
            {
                await _csv.ReadHeaderAsync(cancellationToken).ConfigureAwait(false);
                _begun = true;
                if (!_csv.Headers.SequenceEqual(columns.Select(column => column.Name)))
                {
                    throw new ExportFileException("The header does not name the columns of the report.");
                }
            }

            if (!await _csv.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }
        catch (Exception e) when (e is CsvFormatException or InvalidDataException)
        {
            throw new ExportFileException($"Row {_csv.RowNumber + 1} is no CSV: {e.Message}", e);
        }

        if (_csv.FieldCount != columns.Count)
        {
            throw new ExportFileException($"Row {_csv.RowNumber} has {_csv.FieldCount} fields in place of {columns.Count}.");
        }

        row.Clear();
        for (var column = 0; column < columns.Count; column++)
        {
            var field = _csv.GetSpan(column);
            if (!field.IsEmpty && !Set(row, column, field))
            {
                throw new ExportFileException(
                    $"Row {_csv.RowNumber}: '{Encoding.UTF8.GetString(field)}' is no value of {columns[column].Name}.");
            }
        }

        return true;
    }

    public ValueTask DisposeAsync() => _csv.DisposeAsync();

    private bool Set(ExportRow row, int column, ReadOnlySpan<byte> field)
    {
        switch (columns[column].Type)
        {
            case ColumnType.Number:
                var isNumber = decimal.TryParse(
                    field, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
                row.SetNumber(column, number);
                return isNumber;
            case ColumnType.Whole:
                var isWhole = long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole);
                row.SetWhole(column, whole);
                return isWhole;
            case ColumnType.Time:
                var isTime = UtcJsonConverter.TryParse(Encoding.UTF8.GetString(field), out var time);
                row.SetTime(column, time);
                return isTime;
            case ColumnType.Day:
                var isDay = DateOnly.TryParseExact(
                    Encoding.UTF8.GetString(field), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
                row.SetDay(column, day);
                return isDay;
            case ColumnType.Flag:
                var isFlag = Utf8Parser.TryParse(field, out bool flag, out var read) && read == field.Length;
                row.SetFlag(column, flag);
                return isFlag;
            default:
                row.SetText(column, Encoding.UTF8.GetString(field[0] == CsvRowWriter.TextMark ? field[1..] : field));
                return true;
        }
    }
}
