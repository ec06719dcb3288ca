using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// In which order the parts of an allowance burn (rule 5): the limit, what rolled over, then grants by priority, expiry and creation; what
/// none of them covers is overage. Who wants another order changes this file.
/// </summary>
internal static class BurnOrder
{
    private static readonly Comparer<GrantState> OfGrants = Comparer<GrantState>.Create(Compare);

    /// <summary>The order of grants: lower priority number, then earlier expiry, then earlier creation.</summary>
    public static int Compare(GrantState one, GrantState other)
    {
        var byPriority = one.Priority.CompareTo(other.Priority);
        if (byPriority != 0)
        {
            return byPriority;
        }

        // A grant that never expires can wait for those that would lapse.
        var byExpiry = (one.ExpiresAt ?? DateTimeOffset.MaxValue).CompareTo(other.ExpiresAt ?? DateTimeOffset.MaxValue);

        // By number and not by time: two grants of the same millisecond have an order too.
        return byExpiry != 0 ? byExpiry : one.CreatedSequence.CompareTo(other.CreatedSequence);
    }

    /// <summary>Grants in their order. A meter's are kept in it, so that no use has to sort them.</summary>
    public static ImmutableArray<GrantState> Sort(ImmutableArray<GrantState> grants) => grants.Sort(OfGrants);

    /// <summary>Adds use: covers it in burn order, and counts as overage what nothing covers.</summary>
    public static MeterState Burn(MeterState meter, decimal amount)
    {
        var rest = amount;
        var fromLimit = Math.Min(rest, Allowance.LimitLeft(meter) ?? rest);
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

    /// <summary>
    /// Takes use away: overage first, then what was covered, the last to burn first. What a grant covered before it ended or was given anew
    /// would lapse, so it is taken away only after everything that was burnt since.
    /// </summary>
    public static MeterState Unburn(MeterState meter, decimal amount)
    {
        var left = meter.Used - amount;
        var fromOverage = Math.Min(amount, meter.Overage);
        meter = meter with { Used = meter.Used - fromOverage, Overage = meter.Overage - fromOverage };
        foreach (var then in LapsesOf(meter))
        {
            meter = UnburnTo(meter, then, Math.Min(meter.Used - left, Allowance.Covered(meter) - then));
        }

        // What is burnt from now on was burnt after all that has lapsed.
        var covered = Allowance.Covered(meter);
        return meter with { Used = left, Grants = Lower(meter.Grants, covered), EndedGrants = Lower(meter.EndedGrants, covered) };
    }

    /// <summary>Covers a standing level anew, from nothing, as if all of it were used now.</summary>
    public static MeterState Recover(MeterState meter)
    {
        // Only live grants can be occupied: one that ends is vacated first (GrantTimeline.End).
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

    // How much was covered each time that something lapsed, the last time first, and in the beginning.
    private static List<decimal> LapsesOf(MeterState meter) =>
    [
        .. meter.Grants.Concat(meter.EndedGrants)
            .Select(grant => grant.CoveredAtLapse)
            .Where(then => then > 0 && then < Allowance.Covered(meter))
            .Distinct()
            .OrderDescending(),
        0,
    ];

    // Grants that ended in the period take their turn too: what they covered is given back to nobody, but it is not the limit's.
    private static MeterState UnburnTo(MeterState meter, decimal then, decimal amount)
    {
        var rest = amount;
        var (grants, ended) = (meter.Grants, meter.EndedGrants);
        foreach (var grant in grants.Concat(ended).Where(grant => grant.PeriodUsed > 0).OrderDescending(OfGrants).ToList())
        {
            var taken = Math.Min(rest, grant.UsedBeyond(then));
            rest -= taken;
            (grants, ended) = grant.Ended is null
                ? (grants.Replace(grant, grant.GiveBack(taken)), ended)
                : (grants, ended.Replace(grant, grant.GiveBack(taken)));
        }

        // Grants that are no longer kept ended before those that are.
        var oldest = ended.Select(grant => grant.CoveredAtLapse).FirstOrDefault(known => known > 0);
        var fromForgotten = oldest == 0 || oldest > then ? Math.Min(rest, meter.ForgottenUsed) : 0;
        rest -= fromForgotten;
        var fromRollover = Math.Min(rest, meter.RolloverUsed);
        rest -= fromRollover;
        var fromLimit = Math.Min(rest, meter.LimitUsed);
        rest -= fromLimit;
        return meter with
        {
            Used = meter.Used - amount + rest,
            LimitUsed = meter.LimitUsed - fromLimit,
            RolloverUsed = meter.RolloverUsed - fromRollover,
            Grants = grants,
            EndedGrants = ended,
            ForgottenUsed = meter.ForgottenUsed - fromForgotten,
        };
    }

    private static ImmutableArray<GrantState> Lower(ImmutableArray<GrantState> grants, decimal covered)
    {
        for (var i = 0; i < grants.Length; i++)
        {
            if (grants[i].CoveredAtLapse > covered)
            {
                grants = grants.SetItem(i, grants[i] with { CoveredAtLapse = covered });
            }
        }

        return grants;
    }
}
