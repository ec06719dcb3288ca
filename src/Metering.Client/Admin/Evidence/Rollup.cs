namespace Metering.Client.Admin;

/// <summary>One day's aggregate of one feature of one license.</summary>
public sealed record Rollup
{
    private static readonly IReadOnlyDictionary<string, UserShare> Nobody = new Dictionary<string, UserShare>();

    /// <summary>The day, UTC.</summary>
    public DateOnly Day { get; init; }

    /// <summary>Of which feature the day is.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>How many changes were counted.</summary>
    public long Count { get; init; }

    /// <summary>Sum of the changes.</summary>
    public decimal Sum { get; init; }

    /// <summary>
    /// Smallest value: of a counter's deltas, of the levels that uses left. Null: there is none, or a level's changes came out of
    /// order, and only the ledger tells it.
    /// </summary>
    public decimal? Min { get; init; }

    /// <summary>Largest value; null as the smallest is.</summary>
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
    public int Refused { get; init; }

    /// <summary>Use by user.</summary>
    public IReadOnlyDictionary<string, UserShare> ByUser { get; init => field = value ?? Nobody; } = Nobody;
}
