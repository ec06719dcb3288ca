using System.Text;
using CsvHelper;

namespace Metering.Reports;

/// <summary>Writes CSV: a header, then a line a row; a column without a value is empty.</summary>
/// <remarks>
/// Text that a spreadsheet would run as a formula is written after an apostrophe, and so is text that begins with one; whoever reads the
/// file back takes the first apostrophe away.
/// </remarks>
internal sealed class CsvRowWriter : IRowWriter
{
    internal const char TextMark = '\'';
    private readonly Stream _stream;
    private CsvWriter? _csv;
    private byte[] _text = new byte[1024];

    /// <summary>Opens it.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="isContinued">Whether the header is there already.</param>
    internal CsvRowWriter(Stream stream, IReadOnlyList<ExportColumn> columns, bool isContinued)
    {
        _stream = stream;
        if (isContinued)
        {
            return;
        }

        foreach (var column in columns)
        {
            Csv.WriteField(column.Name);
        }

        Csv.EndRecord();
    }

    // Opened with the first row: where there is none, nothing must be flushed. GZipStream makes a broken member of a flush without bytes.
    private CsvWriter Csv => _csv ??= CsvWriter.Create(
        _stream, new CsvWriterOptions { Injection = CsvInjection.Escape, InjectionEscape = TextMark, NewLine = "\r\n" }, leaveOpen: true);

    public ValueTask WriteAsync(ExportRow row, CancellationToken cancellationToken)
    {
        for (var column = 0; column < row.Columns.Length; column++)
        {
            if (row.IsNull(column))
            {
                Csv.WriteField(ReadOnlySpan<byte>.Empty);
            }
            else
            {
                Write(row, column);
            }
        }

        return Csv.EndRecordAsync(cancellationToken);
    }

    // Flushed first: disposing would write what is left without a token.
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        if (_csv is not null)
        {
            await _csv.FlushAsync(cancellationToken).ConfigureAwait(false);
            await _csv.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>> SuspendAsync(CancellationToken cancellationToken)
    {
        await CompleteAsync(cancellationToken).ConfigureAwait(false);
        return default;
    }

    private void Write(ExportRow row, int column)
    {
        Span<byte> written = stackalloc byte[UtcJsonConverter.MaxWrittenLength];
        switch (row.Columns[column].Type)
        {
            case ColumnType.Number:
                Csv.WriteField(row.Number(column), default);
                break;
            case ColumnType.Whole:
                Csv.WriteField(row.Whole(column), default);
                break;
            case ColumnType.Time:
                Csv.WriteField((ReadOnlySpan<byte>)written[..UtcJsonConverter.Format(row.Time(column), written)]);
                break;
            case ColumnType.Day:
                Csv.WriteField((ReadOnlySpan<byte>)written[..UtcJsonConverter.FormatDay(row.Day(column), written)]);
                break;
            case ColumnType.Flag:
                Csv.WriteField(row.Flag(column) ? "true"u8 : "false"u8);
                break;
            default:
                WriteText(row.Text(column)!);
                break;
        }
    }

    private void WriteText(string text)
    {
        if (text[0] != TextMark)
        {
            Csv.WriteField(text);
            return;
        }

        var most = Encoding.UTF8.GetMaxByteCount(text.Length + 1);
        if (_text.Length < most)
        {
            _text = new byte[most];
        }

        _text[0] = (byte)TextMark;
        Csv.WriteField(_text.AsSpan(0, 1 + Encoding.UTF8.GetBytes(text, _text.AsSpan(1))));
    }
}
