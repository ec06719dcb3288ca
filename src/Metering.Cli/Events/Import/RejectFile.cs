using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Metering.Cli.Output;

namespace Metering.Cli.Events.Import;

/// <summary>
/// Rows that could not be counted, in the form in which they came, each with its place, its reason and its id. Mended, the file can be
/// imported itself: with the id a row counts once, also where its dead letter was tried again meanwhile.
/// </summary>
internal sealed class RejectFile : IDisposable
{
    private static readonly string[] Added = ["_row", "_code", "_reason"];
    private const string Id = "event_id";

    private readonly string _path;
    private readonly IReadOnlyList<string>? _columns;
    private readonly long _from;
    private FileStream? _file;

    /// <param name="path">Where it is; made with the first row.</param>
    /// <param name="columns">Columns of CSV; null for lines of JSON.</param>
    /// <param name="from">How long it is already; what lies beyond is cut off.</param>
    public RejectFile(string path, IReadOnlyList<string>? columns, long from)
    {
        (_path, _columns, _from) = (path, columns, from);
        if (from == 0 && new FileInfo(path) is { Exists: true, Length: > 0 })
        {
            // What an earlier import rejected.
            File.Delete(path);
        }
    }

    public long Bytes => _file?.Length ?? _from;

    public void Add(ImportRow row, string code, string reason)
    {
        if (_file is null)
        {
            _file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
            if (_file.Length > _from)
            {
                _file.SetLength(_from);
            }

            _file.Seek(0, SeekOrigin.End);

            if (_columns is not null && _from == 0)
            {
                Write(Csv([.. _columns, .. HasId ? [] : new[] { Id }, .. Added]));
            }
        }

        Write(_columns is null ? Json(row, code, reason) : Csv(
            [.. Filled(row), .. HasId ? [] : new[] { row.Event?.EventId ?? "" }, $"{row.Number}", code, reason]));
    }

    /// <summary>Makes sure that the disk has it, before the state says so.</summary>
    public void Flush() => _file?.Flush(flushToDisk: true);

    public void Dispose() => _file?.Dispose();

    private bool HasId => _columns!.Any(column => EventFields.Field(column) == Id);

    // A row with too few fields must not push those that are added out of their columns.
    private IEnumerable<string> Filled(ImportRow row) =>
        Enumerable.Range(0, Math.Max(_columns!.Count, row.Original.Count)).Select(i => i < row.Original.Count ? row.Original[i] : "")
            .Take(_columns.Count);

    private static string Json(ImportRow row, string code, string reason)
    {
        JsonObject? line = null;
        try
        {
            line = JsonNode.Parse(row.Original[0]) as JsonObject;
        }
        catch (JsonException)
        {
            // It is kept as text.
        }

        line ??= new JsonObject { ["_line"] = row.Original[0] };
        if (row.Event is { } made && line[Id] is null && !line.ContainsKey("id"))
        {
            line[Id] = made.EventId;
        }

        (line["_row"], line["_code"], line["_reason"]) = (row.Number, code, reason);
        return line.ToJsonString(ToolJson.Lines);
    }

    private static string Csv(IEnumerable<string> fields) => string.Join(',', fields.Select(field =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    private void Write(string line) => _file!.Write(Encoding.UTF8.GetBytes(line + "\n"));
}
