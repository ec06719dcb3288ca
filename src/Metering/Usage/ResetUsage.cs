namespace Metering;

/// <summary>Start the period anew, at zero; or, with <see cref="TopUp"/>, add to the allowance and reset nothing.</summary>
public sealed record ResetUsage : Command
{
    /// <summary>
    /// The feature; empty: the license's only metered one; null: every metered feature, or with <see cref="TopUp"/> the only one.
    /// </summary>
    public string? FeatureCode { get; init; }

    /// <summary>Whether periods stay counted from the same anchor; otherwise from now.</summary>
    public bool KeepAnchor { get; init; } = true;

    /// <summary>Units of a grant to be made instead of the reset; null: reset.</summary>
    public decimal? TopUp { get; init; }

    /// <summary>Why; kept with the ledger entry. Null when nothing was said.</summary>
    public Note? Note { get; init; }
}
