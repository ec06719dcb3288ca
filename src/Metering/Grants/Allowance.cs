namespace Metering;

/// <summary>
/// What may be used in a period, and what of it is left (rule 5). The limit, what rolled over and the grants cover use in this order;
/// what nothing covers is overage.
/// </summary>
internal static class Allowance
{
    private static readonly Comparer<GrantState> BurnOrder = Comparer<GrantState>.Create(GrantState.InBurnOrder);

    /// <summary>What the limit still covers; null when unlimited.</summary>
    public static decimal? LimitLeft(MeterState meter) =>
        meter.Terms.Limit is { } limit ? Math.Max(0, limit - meter.LimitUsed) : null;

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
    public static decimal? Total(MeterState meter) => Left(meter) is { } left ? meter.Used - meter.Overage + left : null;

    /// <summary>Adds use: covers it in burn order, and counts as overage what nothing covers.</summary>
    public static MeterState Burn(MeterState meter, decimal amount)
    {
        var rest = amount;
        var fromLimit = Math.Min(rest, LimitLeft(meter) ?? rest);
        rest -= fromLimit;
        var fromRollover = Math.Min(rest, meter.Rollover - meter.RolloverUsed);
        rest -= fromRollover;
        var grants = meter.Grants;
        for (var i = 0; rest > 0 && i < grants.Length; i++)
        {
            var taken = Math.Min(rest, grants[i].Left);
            if (taken > 0)
            {
                grants = grants.SetItem(i, grants[i] with { Used = grants[i].Used + taken, PeriodUsed = grants[i].PeriodUsed + taken });
                rest -= taken;
            }
        }

        return meter with
        {
            Used = meter.Used + amount,
            LimitUsed = meter.LimitUsed + fromLimit,
            RolloverUsed = meter.RolloverUsed + fromRollover,
            Grants = grants,
            Overage = meter.Overage + rest,
        };
    }

    /// <summary>Takes use away: overage first, then what was covered, the last to burn first.</summary>
    public static MeterState Unburn(MeterState meter, decimal amount)
    {
        var rest = amount;
        var fromOverage = Math.Min(rest, meter.Overage);
        rest -= fromOverage;

        // Grants that ended in the period take their turn too: what they covered is given back to nobody, but it is not the limit's.
        var (grants, ended) = (meter.Grants, meter.EndedGrants);
        foreach (var grant in grants.Concat(ended).Where(grant => grant.PeriodUsed > 0).OrderDescending(BurnOrder).ToList())
        {
            var taken = Math.Min(rest, grant.PeriodUsed);
            rest -= taken;
            (grants, ended) = grant.Ended is null
                ? (grants.Replace(grant, grant.GiveBack(taken)), ended)
                : (grants, ended.Replace(grant, grant.GiveBack(taken)));
        }

        var fromForgotten = Math.Min(rest, meter.ForgottenUsed);
        rest -= fromForgotten;
        var fromRollover = Math.Min(rest, meter.RolloverUsed);
        rest -= fromRollover;
        var fromLimit = Math.Min(rest, meter.LimitUsed);
        return meter with
        {
            Used = meter.Used - amount,
            LimitUsed = meter.LimitUsed - fromLimit,
            RolloverUsed = meter.RolloverUsed - fromRollover,
            Grants = grants,
            EndedGrants = ended,
            ForgottenUsed = meter.ForgottenUsed - fromForgotten,
            Overage = meter.Overage - fromOverage,
        };
    }

    /// <summary>
    /// Covers a standing level anew, from nothing. A gauge or an up_down occupies its allowance rather than spending it: when the level,
    /// a grant or the limit changes, what covers it is worked out again.
    /// </summary>
    public static MeterState Recover(MeterState meter)
    {
        var grants = meter.Grants;
        for (var i = 0; i < grants.Length; i++)
        {
            if (grants[i].PeriodUsed > 0)
            {
                grants = grants.SetItem(i, grants[i] with { Used = grants[i].Used - grants[i].PeriodUsed, PeriodUsed = 0 });
            }
        }

        return Burn(meter with { Used = 0, LimitUsed = 0, RolloverUsed = 0, Overage = 0, Grants = grants }, meter.Used);
    }

    /// <summary>The meter after its allowance has changed: a standing level is covered anew; a counter keeps what was decided.</summary>
    public static MeterState CoverAnew(MeterState meter) => meter.Feature.IsLevel ? Recover(meter) : meter;
}
