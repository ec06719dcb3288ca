namespace Metering.Reports;

/// <summary>
/// What a feature's terms gave in one period, and where it went:
/// <c>opening + granted + adjusted − (used − used_of_grants − overage) − rolled_over − expired = left</c>, to the last digit. Without a
/// limit there is nothing to be left, and what is granted, adjusted, expired and left is null.
/// </summary>
public sealed record PeriodStatement
{
    /// <summary>What may be used.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>From when, UTC.</summary>
    public DateTimeOffset Start { get; init; }

    /// <summary>Until when, UTC; null: it never ends.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Whether it can still change.</summary>
    public PeriodStatus Status { get; init; }

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

    /// <summary>Tells where what a period gave went.</summary>
    /// <param name="period">The period.</param>
    /// <param name="rolledIn">What the period after it began with; null: none follows.</param>
    internal static PeriodStatement Of(FeaturePeriod period, decimal? rolledIn)
    {
        var grants = period.Grants.Sum(grant => grant.Used);
        var gap = period.Limit + period.RolledIn - (period.Used - period.Overage - grants);

        // After a change to a smaller limit more may be covered than the limit gives, and that stays covered. Older records don't say how
        // much, so there it is what is missing.
        var left = gap + Math.Max(period.StillCovered, -gap ?? 0);
        var isOpen = period.Status == PeriodStatus.Open;
        var carried = isOpen ? 0 : Math.Min(left ?? 0, rolledIn ?? 0);
        return new PeriodStatement
        {
            FeatureCode = period.FeatureCode,
            Start = period.Period.Start,
            End = period.Period.End,
            Status = period.Status,
            IsPart = period.IsPart,
            PlanId = period.PlanId,
            Opening = period.RolledIn,
            Granted = period.Limit,
            Adjusted = left - gap,
            Used = period.Used,
            UsedOfGrants = grants,
            Overage = period.Overage,
            RolledOver = carried,
            Expired = isOpen ? left * 0 : left - carried,
            Left = isOpen ? left : left * 0,
            Cost = period.Cost,
            PriceUnit = period.PriceUnit,
        };
    }
}
