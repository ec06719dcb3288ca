using System.Text;

namespace Metering.Benchmarks;

/// <summary>A table in Markdown, in which columns line up.</summary>
internal sealed class Table(params string[] head)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = head.Select((cell, column) => _rows.Select(row => row[column].Length).Append(cell.Length).Max()).ToArray();
        var text = new StringBuilder();
        Line(text, head, widths);
        text.Append('|');
        for (var i = 0; i < widths.Length; i++)
        {
            text.Append(i == 0 ? ":" + new string('-', widths[i] + 1) : new string('-', widths[i] + 1) + ":").Append('|');
        }

        text.Append('\n');
        foreach (var row in _rows)
        {
            Line(text, row, widths);
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, string[] cells, int[] widths)
    {
        text.Append('|');
        for (var i = 0; i < cells.Length; i++)
        {
            text.Append(' ').Append(i == 0 ? cells[i].PadRight(widths[i]) : cells[i].PadLeft(widths[i])).Append(" |");
        }

        text.Append('\n');
    }
}
