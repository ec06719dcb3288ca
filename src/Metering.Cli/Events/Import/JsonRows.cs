using System.Text;
using System.Text.Json;
using Metering.Cli.Runs;

namespace Metering.Cli.Events.Import;

/// <summary>Lines of JSON: an event a line. Empty lines are no rows.</summary>
internal sealed class JsonRows(Stream file, IReadOnlyDictionary<string, string> map, ImportDefaults defaults) : IImportRows
{
    private const int MaxLineBytes = 256 * 1024;

    private readonly LineReader _lines = new(file, MaxLineBytes);
    private readonly RowChain _chain = new(defaults);
    private long _number;

    public IReadOnlyList<string>? Columns => null;

    public string Chain => _chain.Link;

    public async ValueTask<ImportRow?> ReadAsync(CancellationToken stop)
    {
        while (true)
        {
            var (line, isTooLong) = await _lines.ReadAsync(stop).ConfigureAwait(false);
            if (line is null)
            {
                return null;
            }

            var text = Encoding.UTF8.GetString(line.Value.Span);
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            _number++;
            _chain.Add([text]);
            return isTooLong
                ? new ImportRow(_number, null, $"it has more than {MaxLineBytes / 1024} KiB", [text[..1024]])
                : Read(text);
        }
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        return ValueTask.CompletedTask;
    }

    private ImportRow Read(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Fault(text, "it is not a JSON object");
            }

            foreach (var field in document.RootElement.EnumerateObject().Where(field => field.Value.ValueKind != JsonValueKind.Null))
            {
                if (field.Name.StartsWith(EventFields.Aside) || (map.TryGetValue(field.Name, out var to) && to.Length == 0))
                {
                    continue;
                }

                if (EventFields.Field(map.GetValueOrDefault(field.Name, field.Name)) is not { } known)
                {
                    return Fault(text, $"'{field.Name}' is not a field of an event; map it with --map, or remove it");
                }

                fields[known] = field.Value.ToString();
            }
        }
        catch (JsonException broken)
        {
            return Fault(text, $"it is not JSON: {broken.Message.Split(" LineNumber")[0]}");
        }

        var (made, fault) = EventFields.Read(fields.GetValueOrDefault, defaults, _chain.Id);
        return new ImportRow(_number, made, fault, [text]);
    }

    private ImportRow Fault(string text, string why) => new(_number, null, why, [text]);
}
