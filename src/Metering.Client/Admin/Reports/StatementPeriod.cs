namespace Metering.Client.Admin;

/// <summary>One period of one feature in a statement.</summary>
public sealed record StatementPeriod
{
    /// <summary>What may be used.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>From when, UTC.</summary>
    public DateTimeOffset Start { get; init; }

    /// <summary>Until when, UTC; null: it never ends.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Whether it can still change: <c>final</c>, <c>closed</c> or <c>open</c>.</summary>
    public required string Status { get; init; }

    /// <summary>
    /// Whether the row is a part of a period whose prices changed their unit. It has only the cost up to the change; what was given and
    /// used is in the period's own row.
    /// </summary>
    public bool IsPart { get; init; }

    /// <summary>The plan that gave the feature; null: it was assigned to the license.</summary>
    public string? PlanId { get; init; }

    /// <summary>Units that the period before left over for this one.</summary>
    public decimal Opening { get; init; }

    /// <summary>Units that the terms gave.</summary>
    public decimal? Granted { get; init; }

    /// <summary>Units that had been covered when the terms were changed to give less: they stay covered.</summary>
    public decimal? Adjusted { get; init; }

    /// <summary>All use, less what corrections took away; of a gauge or up_down the level at the end.</summary>
    public decimal Used { get; init; }

    /// <summary>The part that grants covered.</summary>
    public decimal UsedOfGrants { get; init; }

    /// <summary>The part that nothing covered.</summary>
    public decimal Overage { get; init; }

    /// <summary>Units that went on into the next period.</summary>
    public decimal RolledOver { get; init; }

    /// <summary>Units that ended unused with the period.</summary>
    public decimal? Expired { get; init; }

    /// <summary>Units that the terms still give.</summary>
    public decimal? Left { get; init; }

    /// <summary>What the use cost.</summary>
    public decimal Cost { get; init; }

    /// <summary>The currency or unit of the cost; null: there are no prices.</summary>
    public string? PriceUnit { get; init; }
}
