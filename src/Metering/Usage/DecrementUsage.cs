namespace Metering;

/// <summary>Take use away again, as a correction.</summary>
public sealed record DecrementUsage : Command
{
    /// <summary>The feature; empty: the license's only metered one.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units to take away; above zero, no more than were used in the period.</summary>
    public decimal Amount { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}
