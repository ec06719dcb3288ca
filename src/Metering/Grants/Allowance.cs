namespace Metering;

/// <summary>
/// What may be used in a period: limit, active grants and what rolled over. It is not kept as a number of its own; it follows from what
/// was covered and what is left, so it can't part from them.
/// </summary>
internal static class Allowance
{
    /// <summary>What the limit still covers; null when unlimited.</summary>
    public static decimal? LimitLeft(MeterState meter) =>
        // After a change to a smaller limit more may be covered than the limit gives, and that stays covered.
        meter.Terms.Limit is { } limit ? Math.Max(0, limit - meter.LimitUsed) : null;

    /// <summary>The part of the period's use that is covered.</summary>
    public static decimal Covered(MeterState meter) => meter.Used - meter.Overage;

    /// <summary>What was covered beyond the limit, because the limit was larger then.</summary>
    public static decimal StillCovered(MeterState meter) =>
        meter.Terms.Limit is { } limit ? Math.Max(0, meter.LimitUsed - limit) : 0;

    /// <summary>What limit, rollover and active grants still cover, held parts included; null when unlimited.</summary>
    public static decimal? Left(MeterState meter)
    {
        if (LimitLeft(meter) is not { } left)
        {
            return null;
        }

        left += meter.Rollover - meter.RolloverUsed;
        foreach (var grant in meter.Grants)
        {
            left += grant.Left;
        }

        return left;
    }

    /// <summary>The allowance: what is covered and what is left; null when unlimited.</summary>
    // Not limit and grants added up: what a larger limit or a grant that ended has covered is part of it.
    public static decimal? Total(MeterState meter) => Left(meter) is { } left ? Covered(meter) + left : null;

    /// <summary>The meter after its allowance has changed.</summary>
    public static MeterState CoverAnew(MeterState meter) => meter.Metric.CoverAnew(meter);
}
