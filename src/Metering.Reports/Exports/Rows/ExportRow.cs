using System.Collections.Immutable;
using System.Globalization;

namespace Metering.Reports;

/// <summary>
/// One row, with a place for each column. It is made once and filled again for each row: an export of a million rows must not leave a
/// million of them, and of their cells, to the garbage collector.
/// </summary>
public sealed class ExportRow
{
    private readonly Cell[] _cells;

    /// <summary>A row without values.</summary>
    public ExportRow(ImmutableArray<ExportColumn> columns)
    {
        Columns = columns;
        _cells = new Cell[columns.Length];
    }

    /// <summary>What its places are for, in their order.</summary>
    public ImmutableArray<ExportColumn> Columns { get; }

    /// <summary>Takes every value away.</summary>
    public void Clear() => Array.Clear(_cells);

    /// <summary>Whether a column has no value.</summary>
    public bool IsNull(int column) => !_cells[column].HasValue;

    /// <summary>Sets text or JSON; empty text is none, because not every format tells the two apart.</summary>
    public void SetText(int column, string? value) =>
        _cells[column] = string.IsNullOrEmpty(value) ? default : new Cell { HasValue = true, Text = value };

    /// <summary>Sets a whole number; null takes it away.</summary>
    public void SetWhole(int column, long? value) =>
        _cells[column] = value is { } whole ? new Cell { HasValue = true, Whole = whole } : default;

    /// <summary>Sets a decimal; it is kept without trailing zeros, so that 1.50 and 1.5 are written alike.</summary>
    public void SetNumber(int column, decimal? value) =>
        _cells[column] = value is { } number ? new Cell { HasValue = true, Number = Amount.Normalize(number) } : default;

    /// <summary>Sets a time, which is kept in whole milliseconds; null takes it away.</summary>
    public void SetTime(int column, DateTimeOffset? value) => SetWhole(column, value?.ToUnixTimeMilliseconds());

    /// <summary>Sets a UTC day; null takes it away.</summary>
    public void SetDay(int column, DateOnly? value) => SetWhole(column, value?.DayNumber);

    /// <summary>Sets yes or no; null takes it away.</summary>
    public void SetFlag(int column, bool? value) => SetWhole(column, value is { } flag ? (flag ? 1 : 0) : null);

    /// <summary>The text of a column; null where there is none.</summary>
    public string? Text(int column) => _cells[column].Text;

    /// <summary>The whole number of a column; 0 where there is none.</summary>
    public long Whole(int column) => _cells[column].Whole;

    /// <summary>The decimal of a column; 0 where there is none.</summary>
    public decimal Number(int column) => _cells[column].Number;

    /// <summary>The time of a column that has one.</summary>
    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(_cells[column].Whole);

    /// <summary>The day of a column that has one.</summary>
    public DateOnly Day(int column) => DateOnly.FromDayNumber((int)_cells[column].Whole);

    /// <summary>The flag of a column.</summary>
    public bool Flag(int column) => _cells[column].Whole != 0;

    /// <summary>The first column in which two rows with the same columns differ; -1 when they don't.</summary>
    public int FirstDifference(ExportRow other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Enumerable.Range(0, _cells.Length).FirstOrDefault(column => !_cells[column].Equals(other._cells[column]), -1);
    }

    /// <summary>A column's value for people: nothing, where it has none.</summary>
    public string Shown(int column) => IsNull(column) ? "nothing" : Columns[column].Type switch
    {
        ColumnType.Number => Number(column).ToString(CultureInfo.InvariantCulture),
        ColumnType.Whole => Whole(column).ToString(CultureInfo.InvariantCulture),
        ColumnType.Time => Time(column).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ColumnType.Day => Day(column).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ColumnType.Flag => Flag(column) ? "true" : "false",
        _ => $"\"{Text(column)}\"",
    };

    private record struct Cell
    {
        public bool HasValue;
        public string? Text;
        public decimal Number;
        public long Whole;
    }
}
