using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Metering.Reports;

/// <summary>Reads back what <see cref="JsonLinesRowWriter"/> wrote.</summary>
internal sealed class JsonLinesRowReader(Stream stream, IReadOnlyList<ExportColumn> columns) : IRowReader
{
    private readonly StreamReader _lines = new(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), false, leaveOpen: true);
    private readonly Dictionary<string, int> _places = columns.Index().ToDictionary(
        column => column.Item.Name, column => column.Index, StringComparer.Ordinal);

    private long _row;

    public async ValueTask<bool> ReadAsync(ExportRow row, CancellationToken cancellationToken)
    {
        _row++;
        try
        {
            if (await _lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is not { } line)
            {
                return false;
            }

            row.Clear();
            using var document = JsonDocument.Parse(line);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                var isKnown = _places.TryGetValue(property.Name, out var column);
                if (!isKnown || !row.IsNull(column) || !Set(row, column, property.Value))
                {
                    throw new ExportFileException(
                        $"Row {_row}: {property.Name} is no column of the report, is there twice, or {property.Value} is no value of it.");
                }
            }

            return true;
        }
        catch (Exception e) when (e
            is JsonException or InvalidOperationException or DecoderFallbackException or FormatException or InvalidDataException)
        {
            throw new ExportFileException($"Row {_row} is no JSON object of a row: {e.Message}", e);
        }
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        return ValueTask.CompletedTask;
    }

    private bool Set(ExportRow row, int column, JsonElement value)
    {
        switch (columns[column].Type)
        {
            case ColumnType.Number:
                row.SetNumber(column, value.GetDecimal());
                return true;
            case ColumnType.Whole:
                row.SetWhole(column, value.GetInt64());
                return true;
            case ColumnType.Time:
                var isTime = UtcJsonConverter.TryParse(value.GetString() ?? "", out var time);
                row.SetTime(column, time);
                return isTime;
            case ColumnType.Day:
                var isDay = DateOnly.TryParseExact(
                    value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
                row.SetDay(column, day);
                return isDay;
            case ColumnType.Flag:
                row.SetFlag(column, value.GetBoolean());
                return true;
            case ColumnType.Json:
                row.SetText(column, value.GetRawText());
                return true;
            default:
                row.SetText(column, value.GetString());
                return true;
        }
    }
}
