namespace Metering.Client.Admin;

/// <summary>A feature that a license has, with its terms and where they come from.</summary>
public sealed record AssignedFeature
{
    /// <summary>The name by which callers ask for the feature.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>The code with the prefix <c>feat_</c>.</summary>
    public required string FeatureId { get; init; }

    /// <summary>Name for people.</summary>
    public string? Name { get; init; }

    /// <summary>Counted, or only had: <c>metered</c> or <c>boolean</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// How its readings add up; null for a boolean feature: <c>counter</c>, <c>total</c>, <c>gauge</c> or <c>up_down</c>.
    /// </summary>
    public string? Metric { get; init; }

    /// <summary>What one of it is called.</summary>
    public string? Unit { get; init; }

    /// <summary><c>assignment</c> or <c>plan</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The plan that it comes from.</summary>
    public string? PlanId { get; init; }

    /// <summary>The limit, by another name.</summary>
    public decimal? MaxConsumptions { get; init; }

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
