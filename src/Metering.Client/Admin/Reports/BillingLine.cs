namespace Metering.Client.Admin;

/// <summary>One feature of one license in one period.</summary>
public sealed record BillingLine
{
    /// <summary>The license; it may have been deleted since.</summary>
    public required string LicenseId { get; init; }

    /// <summary>What was used: the code by which callers name it.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>The plan that gave the feature; null: it was assigned to the license, or the line covers UTC days.</summary>
    public string? PlanId { get; init; }

    /// <summary>From when, UTC.</summary>
    public DateTimeOffset PeriodStart { get; init; }

    /// <summary>Until when, UTC, not included.</summary>
    public DateTimeOffset PeriodEnd { get; init; }

    /// <summary>Whether it can still change: <c>final</c>, <c>closed</c> or <c>open</c>.</summary>
    public required string Status { get; init; }

    /// <summary>
    /// Whether the line is a part of a period. Either the period's prices changed their unit: then the part has the cost up to the change,
    /// and the use is on the period's own line. Or the period never ends: then the part has the use and cost of UTC days, but no charges by
    /// tier and no credit. No part says what was included or granted.
    /// </summary>
    public bool IsPart { get; init; }

    /// <summary>Whether an operator's reset ended the period, and not its time.</summary>
    public bool IsReset { get; init; }

    /// <summary>Units that the terms include; null: unlimited, or a part.</summary>
    public decimal? Included { get; init; }

    /// <summary>Units that the period before left over for this one; null of a part.</summary>
    public decimal? RolledIn { get; init; }

    /// <summary>All that could be used: what is included, grants and what rolled over; null: unlimited, or a part.</summary>
    public decimal? Allowance { get; init; }

    /// <summary>Use; of a gauge or up_down the level at the end.</summary>
    public decimal Used { get; init; }

    /// <summary>The part of it that nothing covered.</summary>
    public decimal Overage { get; init; }

    /// <summary>What was charged for entering tiers; null on a line of UTC days.</summary>
    public decimal? BaseCost { get; init; }

    /// <summary>What the units cost; null on a line of UTC days.</summary>
    public decimal? UnitCost { get; init; }

    /// <summary>Both together.</summary>
    public decimal Cost { get; init; }

    /// <summary>The currency or unit of the cost; null: there are no prices.</summary>
    public string? PriceUnit { get; init; }

    /// <summary>The part of the cost that was drawn from the license's balance in that unit; null on a line of UTC days.</summary>
    public decimal? CreditDrawn { get; init; }

    /// <summary>What the last draw left in the balance; null: nothing was drawn.</summary>
    public decimal? CreditLeft { get; init; }

    /// <summary>The cost by tier.</summary>
    public IReadOnlyList<TierCharge> Tiers { get; init => field = value ?? []; } = [];

    /// <summary>Grants that covered use.</summary>
    public IReadOnlyList<GrantUse> Grants { get; init => field = value ?? []; } = [];
}
