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

    /// <summary>Takes use away: overage first, then what was covered, the last to burn first.</summary>
    public static MeterState Unburn(MeterState meter, decimal amount)
    {
        var rest = amount;
        var fromOverage = Math.Min(rest, meter.Overage);
        rest -= fromOverage;

        // Grants that ended in the period take their turn too: what they covered is given back to nobody, but it is not the limit's.
        var (grants, ended) = (meter.Grants, meter.EndedGrants);
        foreach (var grant in grants.Concat(ended).Where(grant => grant.PeriodUsed > 0).OrderDescending(OfGrants).ToList())
        {
            var taken = Math.Min(rest, grant.PeriodUsed);
            rest -= taken;
            (grants, ended) = grant.Ended is null
                ? (grants.Replace(grant, grant.GiveBack(taken)), ended)
                : (grants, ended.Replace(grant, grant.GiveBack(taken)));
        }

        // What grants covered that are no longer kept is given back to nobody either.
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
}
