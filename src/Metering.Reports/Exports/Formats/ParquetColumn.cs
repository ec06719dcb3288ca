using Parquet;
using Parquet.Schema;

namespace Metering.Reports;

/// <summary>A column of the row group that is being gathered or read.</summary>
internal abstract class ParquetColumn(DataField parquet)
{
    // What holds the largest total exactly: 18 digits before the point and 9 after it are 27.
    private const int Precision = 28;

    internal DataField Field { get; } = parquet;

    /// <summary>Makes a column for groups of up to so many rows.</summary>
    internal static ParquetColumn Of(ExportColumn column, int index, int rows) => column.Type switch
    {
        ColumnType.Whole => new Values<long>(
            new DataField<long>(column.Name, true), rows, row => row.Whole(index), (row, value) => row.SetWhole(index, value), index),
        ColumnType.Number => new Values<decimal>(
            new DecimalDataField(column.Name, Precision, Amount.MaxFractionDigits, isNullable: true),
            rows, row => row.Number(index), (row, value) => row.SetNumber(index, value), index),
        ColumnType.Time => new Values<DateTime>(
            new DateTimeDataField(column.Name, DateTimeFormat.Timestamp, true, DateTimeTimeUnit.Millis, true),
            rows, row => row.Time(index).UtcDateTime,
            (row, value) => row.SetTime(index, new DateTimeOffset(DateTime.SpecifyKind(value, DateTimeKind.Utc))), index),
        ColumnType.Day => new Values<DateTime>(
            new DateTimeDataField(column.Name, DateTimeFormat.Date, isNullable: true),
            rows, row => row.Day(index).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
            (row, value) => row.SetDay(index, DateOnly.FromDateTime(value)), index),
        ColumnType.Flag => new Values<bool>(
            new DataField<bool>(column.Name, true), rows, row => row.Flag(index), (row, value) => row.SetFlag(index, value), index),
        _ => new Texts(new DataField<string>(column.Name, true), rows, index),
    };

    /// <summary>Takes a row's value; how many characters that keeps in memory.</summary>
    internal abstract int Take(ExportRow row, int at);

    /// <summary>Gives a row its value.</summary>
    internal abstract void Give(ExportRow row, int at);

    internal abstract Task WriteAsync(ParquetRowGroupWriter group, int rows, CancellationToken cancellationToken);

    internal abstract ValueTask ReadAsync(ParquetRowGroupReader group, int rows, CancellationToken cancellationToken);

    private sealed class Values<T>(DataField parquet, int most, Func<ExportRow, T> get, Action<ExportRow, T> set, int index)
        : ParquetColumn(parquet)
        where T : struct
    {
        private readonly T?[] _values = new T?[most];

        internal override int Take(ExportRow row, int at)
        {
            _values[at] = row.IsNull(index) ? null : get(row);
            return 0;
        }

        internal override void Give(ExportRow row, int at)
        {
            if (_values[at] is { } value)
            {
                set(row, value);
            }
        }

        internal override Task WriteAsync(ParquetRowGroupWriter group, int rows, CancellationToken cancellationToken) =>
            group.WriteAsync<T>(Field, _values.AsMemory(0, rows), cancellationToken: cancellationToken);

        internal override ValueTask ReadAsync(ParquetRowGroupReader group, int rows, CancellationToken cancellationToken) =>
            group.ReadAsync<T>(Field, _values.AsMemory(0, rows), cancellationToken: cancellationToken);
    }

    private sealed class Texts(DataField parquet, int most, int index) : ParquetColumn(parquet)
    {
        private readonly string?[] _values = new string?[most];

        internal override int Take(ExportRow row, int at) => (_values[at] = row.Text(index))?.Length ?? 0;

        internal override void Give(ExportRow row, int at) => row.SetText(index, _values[at]);

        internal override Task WriteAsync(ParquetRowGroupWriter group, int rows, CancellationToken cancellationToken) =>
            group.WriteAsync(Field, new ArraySegment<string>(_values!, 0, rows));

        internal override ValueTask ReadAsync(ParquetRowGroupReader group, int rows, CancellationToken cancellationToken) =>
            group.ReadAsync(Field, _values.AsMemory(0, rows)!, cancellationToken: cancellationToken);
    }
}
