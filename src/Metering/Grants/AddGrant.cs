namespace Metering;

/// <summary>Give extra allowance (rule 5). A top-up is a grant.</summary>
public sealed record AddGrant : Command
{
    /// <summary>Which metered feature may be used more; the license must have it.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units; above zero.</summary>
    public decimal Amount { get; init; }

    /// <summary>Lower numbers burn first.</summary>
    public int Priority { get; init; }

    /// <summary>From when; null: now.</summary>
    public DateTimeOffset? EffectiveAt { get; init; }

    /// <summary>Until when; null: never expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Most that is kept at a period's end or a recurrence.</summary>
    public decimal? RolloverMax { get; init; }

    /// <summary>How often the amount is given anew.</summary>
    public Interval Recurrence { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}
