namespace Metering;

/// <summary>Leases: holds that are settled in steps, by somebody who meters on their own for a while.</summary>
internal static class Leases
{
    /// <summary>
    /// Counts a step of a lease: from what it set aside, then as any recorded use; after its time, as overage. Of use in a period that is
    /// closed, hold and credit shrink now, and the use counts in its own period.
    /// </summary>
    public static Answer Draw(Change change, MeterState meter, HoldState lease, CountedUse counted, ClosedPeriod? closed)
    {
        // What a closed lease had set aside was released and may be promised to another by now, so its use is overage whatever is left.
        // Without a limit nothing was set aside, and nothing can be beyond it.
        counted = lease.Closed ? counted with { Uncovered = Allowance.Left(meter) is not null, Late = true } : counted;
        if (UsageCount.Price(change, meter, closed, ref counted) is { } beyond)
        {
            return beyond;
        }

        if (lease.Closed)
        {
            return UsageCount.Count(change, meter, counted, closed);
        }

        var drawn = Math.Min(lease.Left, counted.Delta);
        var rest = lease with { Left = lease.Left - drawn, Settled = lease.Settled + counted.Delta };
        change.Put(rest);
        return UsageCount.Count(change, meter with { Held = meter.Held - drawn }, counted, closed);
    }

    /// <summary>
    /// Answers a lease's step with how its feature stands, and closes it when asked. Where the feature was taken away meanwhile the step is
    /// made all the same, and the answer says that the license does not have the feature.
    /// </summary>
    public static Answer Sync(Change change, SyncLease command)
    {
        if (change.State.Deleted || Find(change, command.HoldId) is not { } lease)
        {
            return Holds.NotFound(command.HoldId);
        }

        if (command.Close && !lease.Closed)
        {
            Holds.Log(change, EntryKind.HoldClosed, Holds.Free(change, lease), lease, lease.Left);
        }
        else
        {
            // A step changes nothing by itself, but it came with a key, and what is remembered is in the ledger (rule 8).
            Holds.Log(change, EntryKind.LeaseSynced, change.State.FindMeter(lease.FeatureCode)!, lease, 0);
        }

        if (FeatureLookup.Meter(change, lease.FeatureCode) is not { } meter)
        {
            // No refusal: the step is made, and a refused command changes nothing and is not remembered (rules 4 and 8).
            return UsageAnswer.Unassigned(change, lease.FeatureCode, lease.Settled);
        }

        return UsageAnswer.Of(change, meter, TierTable.For(meter), lease.Settled, 0);
    }

    /// <summary>A lease as it stands now, closed or not: one whose time is over is closed, whether that has been written or not.</summary>
    public static HoldState? Find(Change change, string id)
    {
        var lease = change.State.Holds.Find(id);
        return lease is not { Kind: HoldKind.Lease } ? null
            : lease.Closed || lease.IsOpenAt(change.Now) ? lease
            : Close(lease);
    }

    /// <summary>A lease as it is kept once nothing is set aside any more.</summary>
    public static HoldState Close(HoldState lease) => lease with { Left = 0, Closed = true };
}
