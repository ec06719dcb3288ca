namespace Metering.Client.Admin;

/// <summary>What a plan costs, for people and billing; the meter charges nothing for it.</summary>
public sealed record PlanPrice
{
    /// <summary>The price of one interval. Required.</summary>
    public decimal? Amount { get; init; }

    /// <summary>The currency, or another unit.</summary>
    public string? Currency { get; init; }

    /// <summary>How often it is due; <c>month</c> where it is absent.</summary>
    public string? Interval { get; init; }
}
