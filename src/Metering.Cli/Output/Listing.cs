using Spectre.Console;
using Spectre.Console.Rendering;

namespace Metering.Cli.Output;

/// <summary>
/// A table without lines, so that it can be cut and searched. Where the terminal is too narrow for it, the columns that can be done without
/// are left out from the right: a row that is broken over several lines says less than one that lacks a column.
/// </summary>
internal sealed class Listing
{
    private const char Number = '>';
    private const char Dispensable = '?';
    private const int Gap = 2;

    private readonly List<(string Name, bool IsNumber, bool IsDispensable)> _columns = [];
    private readonly List<IRenderable[]> _rows = [];

    /// <param name="columns">Names; <c>&gt;</c> before one makes it a column of numbers, <c>?</c> before that one that may be left out.</param>
    public Listing(params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns)
        {
            var name = column.TrimStart(Dispensable);
            _columns.Add((name.TrimStart(Number), name.StartsWith(Number), name.Length < column.Length));
        }
    }

    /// <summary>Whether the names of columns are shown.</summary>
    public bool HasNames { get; init; } = true;

    /// <summary>A row of plain texts; they are not markup.</summary>
    public void Row(params ReadOnlySpan<string?> cells)
    {
        var row = new IRenderable[cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            row[i] = new Text(cells[i] ?? "-");
        }

        _rows.Add(row);
    }

    public void Add(params IRenderable[] cells) => _rows.Add(cells);

    /// <summary>The table as it fits.</summary>
    public Table Fit(IAnsiConsole console)
    {
        var widths = Widths(console);
        var shown = Enumerable.Range(0, _columns.Count).ToList();
        while (shown.Sum(column => widths[column]) + (Gap * (shown.Count - 1)) > console.Profile.Width
            && shown.FindLastIndex(column => _columns[column].IsDispensable) is >= 0 and var last)
        {
            shown.RemoveAt(last);
        }

        var table = new Table { Border = TableBorder.None, ShowRowSeparators = false, ShowHeaders = HasNames };
        foreach (var column in shown)
        {
            table.AddColumn(new TableColumn(Name(column))
            {
                NoWrap = true,
                Padding = new Padding(0, 0, column == shown[^1] ? 0 : Gap, 0),
                Alignment = _columns[column].IsNumber ? Justify.Right : Justify.Left,
            });
        }

        foreach (var row in _rows)
        {
            table.AddRow(shown.Select(column => row[column]));
        }

        return table;
    }

    private Text Name(int column) => new(_columns[column].Name, new Style(decoration: Decoration.Dim));

    private List<int> Widths(IAnsiConsole console)
    {
        var options = RenderOptions.Create(console, console.Profile.Capabilities);
        return
        [
            .. Enumerable.Range(0, _columns.Count).Select(column => _rows.Select(row => row[column])
                .Append(HasNames ? Name(column) : new Text("")).Max(cell => cell.Measure(options, int.MaxValue).Max)),
        ];
    }
}
