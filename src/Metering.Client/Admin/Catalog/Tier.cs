namespace Metering.Client.Admin;

/// <summary>From how much use on which level and policy hold, and at what price.</summary>
public sealed record Tier
{
    /// <summary>
    /// Where it begins: an amount, or a percentage of the allowance such as <c>80%</c>. The tier covers what lies beyond it: with
    /// <c>80%</c> of 1000 the 800th unit is still in the tier before, and unit 801 is the first of this one, for its level, policy and
    /// price. Required.
    /// </summary>
    public required TierStart From { get; init; }

    /// <summary><c>normal</c> (where it is absent), <c>warning</c>, <c>critical</c> or <c>over_usage</c>.</summary>
    public UsageLevel? Level { get; init; }

    /// <summary>One of the six policies; <c>notify_only</c> where it is absent.</summary>
    public UsagePolicy? Policy { get; init; }

    /// <summary>With <c>allow_with_grace</c>: units that are let through.</summary>
    public decimal? Grace { get; init; }

    /// <summary>With <c>rate_limit</c>: the rate.</summary>
    public TierRate? Rate { get; init; }

    /// <summary>What each unit that lies in the tier costs.</summary>
    public decimal? UnitPrice { get; init; }

    /// <summary>Price of entering the tier, once a period.</summary>
    public decimal? BasePrice { get; init; }

    /// <summary>With <c>suspend_usage</c>: <c>manual</c> (where it is absent) or <c>next_period</c>.</summary>
    public string? Resumes { get; init; }
}
