using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Metering.Reports;

/// <summary>Writes JSON Lines: an object a row, in which columns without a value are left out.</summary>
internal sealed class JsonLinesRowWriter(Stream stream, IReadOnlyList<ExportColumn> columns) : IRowWriter
{
    private const int FlushAt = 64 * 1024;

    private static readonly JsonWriterOptions Options = new()
    {
        // A file of data is never a part of a page, so letters need no escapes.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly JsonEncodedText[] _names = [.. columns.Select(column => JsonEncodedText.Encode(column.Name))];
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * FlushAt);
    private Utf8JsonWriter? _json;

    public ValueTask WriteAsync(ExportRow row, CancellationToken cancellationToken)
    {
        var json = _json ??= new Utf8JsonWriter(_buffer, Options);
        json.Reset();
        json.WriteStartObject();
        for (var column = 0; column < _names.Length; column++)
        {
            if (!row.IsNull(column))
            {
                json.WritePropertyName(_names[column]);
                WriteValue(json, row, column);
            }
        }

        json.WriteEndObject();
        json.Flush();
        _buffer.Write("\n"u8);
        return _buffer.WrittenCount < FlushAt ? ValueTask.CompletedTask : FlushAsync(cancellationToken);
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken) => FlushAsync(cancellationToken);

    public async ValueTask<ReadOnlyMemory<byte>> SuspendAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        return default;
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _buffer.ResetWrittenCount();
    }

    private static void WriteValue(Utf8JsonWriter json, ExportRow row, int column)
    {
        Span<byte> text = stackalloc byte[UtcJsonConverter.MaxWrittenLength];
        switch (row.Columns[column].Type)
        {
            case ColumnType.Number:
                json.WriteNumberValue(row.Number(column));
                break;
            case ColumnType.Whole:
                json.WriteNumberValue(row.Whole(column));
                break;
            case ColumnType.Time:
                json.WriteStringValue(text[..UtcJsonConverter.Format(row.Time(column), text)]);
                break;
            case ColumnType.Day:
                json.WriteStringValue(text[..UtcJsonConverter.FormatDay(row.Day(column), text)]);
                break;
            case ColumnType.Flag:
                json.WriteBooleanValue(row.Flag(column));
                break;
            case ColumnType.Json:
                json.WriteRawValue(row.Text(column)!, skipInputValidation: true);
                break;
            default:
                json.WriteStringValue(row.Text(column));
                break;
        }
    }
}
