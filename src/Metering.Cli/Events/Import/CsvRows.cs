using System.Text;
using CsvHelper;
using Metering.Cli.Runs;

namespace Metering.Cli.Events.Import;

/// <summary>Rows of CSV (RFC 4180, with a header).</summary>
internal sealed class CsvRows : IImportRows
{
    // A quote that is never closed would make one record of the whole rest of the file.
    private const int MaxRecordBytes = 256 * 1024;

    private readonly CsvReader _csv;
    private readonly ImportDefaults _defaults;
    private readonly RowChain _chain;
    private readonly string?[] _fields;
    private readonly Dictionary<string, string> _row = new(StringComparer.Ordinal);
    private long _number;

    private CsvRows(CsvReader csv, IReadOnlyList<string> columns, string?[] fields, ImportDefaults defaults)
    {
        (_csv, Columns, _fields, _defaults) = (csv, columns, fields, defaults);
        _chain = new RowChain(defaults);
    }

    public IReadOnlyList<string> Columns { get; }

    public string Chain => _chain.Link;

    public static async Task<CsvRows> OpenAsync(
        Stream file, char separator, IReadOnlyDictionary<string, string> map, ImportDefaults defaults, CancellationToken stop)
    {
        var csv = CsvReader.Create(file, new CsvReaderOptions { Separator = separator, MaxRecordSize = MaxRecordBytes }, leaveOpen: true);
        try
        {
            await csv.ReadHeaderAsync(stop).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is CsvFormatException or InvalidDataException)
        {
            throw new ToolException(ExitCode.WrongInput, $"The first line is not a CSV header: {fault.Message}");
        }

        if (csv.Headers.Count == 0)
        {
            throw new ToolException(ExitCode.WrongInput, "The file is empty: its first line must name the columns.");
        }

        string[] columns = [.. csv.Headers.Select(name => name.Trim().TrimStart('\uFEFF'))];
        return new CsvRows(csv, columns, Fields(columns, map), defaults);
    }

    public async ValueTask<ImportRow?> ReadAsync(CancellationToken stop)
    {
        try
        {
            if (!await _csv.ReadAsync(stop).ConfigureAwait(false))
            {
                return null;
            }
        }
        catch (Exception fault) when (fault is CsvFormatException or InvalidDataException)
        {
            throw new ToolException(
                ExitCode.WrongInput,
                $"Row {_number + 1} is not valid CSV ({fault.Message}) Look for a quote that is opened and not closed, fix the file, and run the same "
                + "command again.");
        }

        _number++;
        var original = new string[_csv.FieldCount];
        for (var i = 0; i < original.Length; i++)
        {
            original[i] = Encoding.UTF8.GetString(_csv.GetSpan(i));
        }

        _chain.Add(original);
        if (original.Length != Columns.Count)
        {
            return new ImportRow(_number, null, $"it has {original.Length} fields, and the header has {Columns.Count}", original);
        }

        _row.Clear();
        for (var i = 0; i < original.Length; i++)
        {
            if (_fields[i] is { } field && original[i].Length > 0)
            {
                _row[field] = original[i];
            }
        }

        var (made, why) = EventFields.Read(_row.GetValueOrDefault, _defaults, _chain.Id);
        return new ImportRow(_number, made, why, original);
    }

    public ValueTask DisposeAsync() => _csv.DisposeAsync();

    private static string?[] Fields(string[] columns, IReadOnlyDictionary<string, string> map)
    {
        foreach (var mapped in map.Keys.Where(name => !columns.Contains(name, StringComparer.Ordinal)))
        {
            throw new ToolException(
                ExitCode.WrongInput, $"--map names a column '{mapped}' that the file does not have. It has: {string.Join(", ", columns)}.");
        }

        var fields = new string?[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i].StartsWith(EventFields.Aside) || (map.TryGetValue(columns[i], out var to) && to.Length == 0))
            {
                continue;
            }

            fields[i] = EventFields.Field(map.GetValueOrDefault(columns[i], columns[i])) ?? throw new ToolException(
                ExitCode.WrongInput,
                $"The column '{columns[i]}' is not a field of an event. The fields are: {string.Join(", ", EventFields.Names)}. "
                + $"Map it with --map {columns[i]}=FIELD, or ignore it with --map {columns[i]}=.");
            if (Array.IndexOf(fields, fields[i]) < i)
            {
                throw new ToolException(ExitCode.WrongInput, $"Two columns hold the event's {fields[i]}. Ignore one with --map {columns[i]}=.");
            }
        }

        return fields;
    }
}
