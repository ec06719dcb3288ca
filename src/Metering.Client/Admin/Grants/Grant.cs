namespace Metering.Client.Admin;

/// <summary>Extra allowance, and how much of it is left.</summary>
public sealed record Grant
{
    /// <summary>By which it is voided; unique on its license.</summary>
    public required string Id { get; init; }

    /// <summary>Which feature may be used more.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units given; with a recurrence, each time anew.</summary>
    public decimal Amount { get; init; }

    /// <summary>Units given so far.</summary>
    public decimal Granted { get; init; }

    /// <summary>Units used so far.</summary>
    public decimal Used { get; init; }

    /// <summary>Units left.</summary>
    public decimal Remaining { get; init; }

    /// <summary>Units that ended unused.</summary>
    public decimal Lapsed { get; init; }

    /// <summary>Lower numbers burn first.</summary>
    public int Priority { get; init; }

    /// <summary>From when, UTC.</summary>
    public DateTimeOffset EffectiveAt { get; init; }

    /// <summary>Until when, UTC; null: never expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Most that is kept at a period's end or a recurrence.</summary>
    public decimal? RolloverMax { get; init; }

    /// <summary>
    /// How often the amount is given anew: <c>none</c>, <c>hour</c>, <c>day</c>, <c>week</c>, <c>month</c> or <c>year</c>.
    /// </summary>
    public required string Recurrence { get; init; }

    /// <summary>How it stands: <c>active</c>, <c>scheduled</c>, <c>used_up</c>, <c>expired</c> or <c>voided</c>.</summary>
    public required string Status { get; init; }

    /// <summary>When it was over, UTC; null while it is not.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
