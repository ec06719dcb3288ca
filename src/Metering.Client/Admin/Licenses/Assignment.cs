namespace Metering.Client.Admin;

/// <summary>A feature to be assigned to a license, with its terms.</summary>
public sealed record Assignment
{
    /// <summary>The feature's code; or <c>feature_id</c>.</summary>
    public string? FeatureCode { get; init; }

    /// <summary>The feature's id, <c>feat_…</c>; or <c>feature_code</c>.</summary>
    public string? FeatureId { get; init; }

    /// <summary>Units of a period; null or absent: unlimited.</summary>
    public decimal? Limit { get; init; }

    /// <summary>When the count starts anew; never where it is absent.</summary>
    public ResetTerms? Reset { get; init; }

    /// <summary><c>deny</c> (where it is absent) or <c>allow_with_overage</c>.</summary>
    public string? OverLimit { get; init; }

    /// <summary>How much of what is left may be used in the next period.</summary>
    public Rollover? Rollover { get; init; }

    /// <summary>Tiers in rising order.</summary>
    public IReadOnlyList<Tier>? Tiers { get; init; }

    /// <summary>The balance that priced use draws on.</summary>
    public TermsPrice? Price { get; init; }

    /// <summary>
    /// For a total: whether the first reading (of each key) counts whole, <c>counts</c> (where it is absent), or is the <c>base</c>
    /// from which use is counted.
    /// </summary>
    public string? FirstReading { get; init; }
}
