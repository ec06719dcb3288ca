namespace Metering.Client.Admin;

/// <summary>A feature of a plan, with its terms.</summary>
public sealed record PlanFeature
{
    /// <summary>What is given, as the catalog names it.</summary>
    public required string FeatureCode { get; init; }

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
