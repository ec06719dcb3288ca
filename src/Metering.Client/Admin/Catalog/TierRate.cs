namespace Metering.Client.Admin;

/// <summary>How fast use may be in a tier with the policy rate_limit.</summary>
public sealed record TierRate
{
    /// <summary>Units an interval. Required.</summary>
    public decimal? Amount { get; init; }

    /// <summary><c>second</c>, <c>minute</c>, <c>hour</c> or <c>day</c>. Required.</summary>
    public string? Per { get; init; }

    /// <summary>Units that may come at once; one interval's worth where it is absent.</summary>
    public decimal? Burst { get; init; }
}
