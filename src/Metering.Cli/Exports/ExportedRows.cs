using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CsvHelper;
using Metering.Cli.Runs;

namespace Metering.Cli.Exports;

/// <summary>The rows of an exported file, as texts by column.</summary>
internal static class ExportedRows
{
    private const int MaxRecordBytes = 16 * 1024 * 1024;

    /// <summary>Reads CSV or JSON Lines, a row at a time; each is valid until the next one.</summary>
    public static IAsyncEnumerable<IReadOnlyDictionary<string, string>> ReadAsync(
        Stream file, string format, bool gzip, CancellationToken stop)
    {
        var rows = gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        return format == "csv" ? CsvAsync(rows, stop) : JsonAsync(rows, stop);
    }

    private static async IAsyncEnumerable<IReadOnlyDictionary<string, string>> CsvAsync(
        Stream file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        var csv = CsvReader.Create(file, new CsvReaderOptions { Separator = ',', MaxRecordSize = MaxRecordBytes }, leaveOpen: true);
        await using (csv.ConfigureAwait(false))
        {
            await csv.ReadHeaderAsync(stop).ConfigureAwait(false);
            var row = new Dictionary<string, string>(StringComparer.Ordinal);
            while (await csv.ReadAsync(stop).ConfigureAwait(false))
            {
                if (csv.FieldCount != csv.Headers.Count)
                {
                    throw new ToolException(ExitCode.Refused, $"Row {csv.RowNumber} has {csv.FieldCount} fields instead of {csv.Headers.Count}.");
                }

                row.Clear();
                for (var i = 0; i < csv.FieldCount; i++)
                {
                    var text = Encoding.UTF8.GetString(csv.GetSpan(i));
                    if (text.Length > 0)
                    {
                        // Text that a spreadsheet would run got an apostrophe in front.
                        row[csv.Headers[i]] = text[0] == '\'' ? text[1..] : text;
                    }
                }

                yield return row;
            }
        }
    }

    private static async IAsyncEnumerable<IReadOnlyDictionary<string, string>> JsonAsync(
        Stream file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        using var lines = new StreamReader(file, leaveOpen: true);
        var row = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await lines.ReadLineAsync(stop).ConfigureAwait(false) is { } line)
        {
            row.Clear();
            using var fields = JsonDocument.Parse(line);
            foreach (var field in fields.RootElement.EnumerateObject())
            {
                row[field.Name] = field.Value.ToString();
            }

            yield return row;
        }
    }
}
