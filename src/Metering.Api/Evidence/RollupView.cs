namespace Metering.Api;

/// <summary>One day's aggregate of one feature.</summary>
public sealed record RollupView
{
    /// <summary>The day, UTC.</summary>
    public DateOnly Day { get; init; }

    /// <summary>Of which feature the day is.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>How many changes were counted.</summary>
    public long Count { get; init; }

    /// <summary>Sum of the changes.</summary>
    public decimal Sum { get; init; }

    /// <summary>
    /// Smallest value: of a counter's deltas, of the levels that uses left. Null: there is none, or a level's changes came out of order,
    /// and only the ledger tells it.
    /// </summary>
    public decimal? Min { get; init; }

    /// <summary>Largest value; null as <see cref="Min"/> is.</summary>
    public decimal? Max { get; init; }

    /// <summary>Last value; null: there is none.</summary>
    public decimal? Last { get; init; }

    /// <summary>
    /// Of a gauge or up_down: the use at which the day began. Days without a rollup between two of them stood at the later one's.
    /// </summary>
    public decimal Opening { get; init; }

    /// <summary>
    /// Of a gauge or up_down: units × seconds over the whole day, the last use taken to hold until its end. By 86,400 it is the day's
    /// mean.
    /// </summary>
    public decimal UnitSeconds { get; init; }

    /// <summary>Use that nothing covered.</summary>
    public decimal Overage { get; init; }

    /// <summary>What the day's use cost.</summary>
    public decimal Cost { get; init; }

    /// <summary>How many consumes were refused.</summary>
    public long Refused { get; init; }

    /// <summary>Use by user.</summary>
    public IReadOnlyDictionary<string, UserUse> ByUser { get; init; } = new Dictionary<string, UserUse>();

    internal string Key => $"{Day:yyyy-MM-dd}/{FeatureCode}";

    internal static RollupView Of(ClosedDay day) => new()
    {
        Day = day.Rollup.Day,
        FeatureCode = day.FeatureCode,
        Count = day.Rollup.Count,
        Sum = day.Rollup.Sum,
        Min = day.Rollup is { HasValue: true, OutOfOrder: false } ? day.Rollup.Min : null,
        Max = day.Rollup is { HasValue: true, OutOfOrder: false } ? day.Rollup.Max : null,
        Last = day.Rollup.HasValue ? day.Rollup.Last : null,
        Opening = day.Rollup.Opening,
        UnitSeconds = day.Rollup.UnitSeconds,
        Overage = day.Rollup.Overage,
        Cost = day.Rollup.Cost,
        Refused = day.Rollup.Refused,
        ByUser = day.Rollup.ByUser is { } users ? users : new Dictionary<string, UserUse>(),
    };
}
