using System.Collections.Immutable;

namespace Metering;

/// <summary>Holds: a part of the allowance, and the credit for it, set aside until settled, released or expired.</summary>
internal static class Holding
{
    public static Answer Open(Change change, OpenHold command)
    {
        if (Standing.Refuse(change) is { } refusal)
        {
            return refusal;
        }

        if (Standing.Meter(change, command.FeatureCode) is not { } meter)
        {
            return Standing.NotAssigned(change, command.FeatureCode, command.Amount);
        }

        if (meter.Feature is not { Kind: FeatureKind.Metered, Metric: MetricType.Counter })
        {
            return Change.Invalid("/feature_code", "only a counter's use can be set aside");
        }

        if (command.Amount <= 0)
        {
            return Change.Invalid("/amount", "must be above zero");
        }

        if (command.TtlSeconds <= 0 || command.TtlSeconds > MeterLimits.HoldTtl.TotalSeconds)
        {
            return Change.Invalid("/ttl_seconds", "must be above zero and no longer than a hold may stand");
        }

        var tiers = TierTable.For(meter);
        var verdict = Admission.Decide(meter, tiers, command.Amount, change.Now);
        var whole = Pricing.Rise(meter, tiers, Stretch.Next(meter, meter.Held + command.Amount)).Cost;
        if (verdict.Code is null && Crediting.OutOfRange(change, meter, meter.Cost, whole) is { } beyond)
        {
            return beyond;
        }

        if (verdict.Code is null && Crediting.Problem(change, meter, whole - Pricing.OfHeld(meter)) is { } problem)
        {
            verdict = Verdict.No(RefusalCode.InsufficientCredits, problem);
        }

        if (verdict.Code is not null)
        {
            return Using.Refused(change, meter, tiers, command.Amount, command.Amount, verdict);
        }

        if (change.State.Holds.OpenAt(change.Now) >= change.Rules.MaxOpenHolds)
        {
            return Change.Refuse(
                RefusalCode.LimitReached,
                $"A license has at most {change.Rules.MaxOpenHolds} open holds: settle, release or close some, or wait until their time is over.");
        }

        var hold = new HoldState
        {
            Id = (command.Kind == HoldKind.Lease ? "lea_" : "res_") + change.NextSequence,
            Kind = command.Kind,
            FeatureCode = command.FeatureCode,
            Amount = command.Amount,
            Left = command.Amount,
            CreatedAt = change.Now,
            ExpiresAt = change.Now.AddSeconds(command.TtlSeconds),
            Fingerprint = command.Fingerprint,
        };
        meter = verdict.Keep(meter with { Held = meter.Held + hold.Left });
        change.State = change.State.With(meter) with { Holds = change.State.Holds.With(hold) };
        Log(change, EntryKind.HoldOpened, meter, hold, hold.Amount);
        return View(hold);
    }

    /// <summary>Settles a reservation with the true amount: what was set aside is let through whatever has come since.</summary>
    public static Answer Commit(Change change, CommitHold command)
    {
        if (Find(change, command.HoldId, HoldKind.Reservation) is not { } hold)
        {
            return change.State.Deleted ? Standing.Gone : NotFound(command.HoldId);
        }

        var amount = command.Amount ?? hold.Amount;
        if (amount < 0)
        {
            return Change.Invalid("/amount", "must be zero or more");
        }

        var known = Timeline.Advance(change.State.FindMeter(hold.FeatureCode)!, change);
        change.State = change.State.With(known);
        var before = change.State;
        var meter = Free(change, hold);
        var tiers = TierTable.For(meter);
        var price = Pricing.Rise(meter, tiers, Stretch.Next(meter, amount));
        if ((Using.OutOfRange(meter.Used, amount, strict: true) ?? Crediting.OutOfRange(change, meter, meter.Cost, price.Cost)) is { } beyond)
        {
            change.State = before;
            return beyond;
        }

        if (amount > hold.Left)
        {
            // The part beyond the hold was promised to nobody: it must pass as any other use, or the whole is refused and the hold stays.
            // What was set aside has passed already, and has taken its part of the rate.
            var verdict = Admission.Decide(known, tiers, amount - hold.Left, change.Now);
            if (verdict.Code is null && Crediting.Problem(change, meter, Pricing.Need(meter, amount, price)) is { } problem)
            {
                verdict = Verdict.No(RefusalCode.InsufficientCredits, problem);
            }

            if (verdict.Code is not null)
            {
                change.State = before;
                var standing = before.FindMeter(hold.FeatureCode)!;
                return Using.Refused(change, standing, TierTable.For(standing), amount, amount - hold.Left, verdict with { Suspends = null });
            }

            meter = verdict.Keep(meter);
        }

        Log(change, EntryKind.HoldClosed, meter, hold, hold.Left);
        if (amount == 0)
        {
            meter = Levels.Settle(meter, change, tiers);
            change.State = change.State.With(meter);
            return Views.Usage(change, meter, TierTable.For(meter), 0, 0);
        }

        var use = new Consume { FeatureCode = hold.FeatureCode, Amount = amount, UserId = command.UserId };
        return Using.Count(change, meter, tiers, new Tally(use, EntryKind.Consumed)
        {
            Value = amount,
            Delta = amount,
            At = change.Now,
            Price = price,
            HoldId = hold.Id,
        });
    }

    public static Answer Release(Change change, ReleaseHold command)
    {
        if (Find(change, command.HoldId, HoldKind.Reservation) is not { } hold)
        {
            return NotFound(command.HoldId);
        }

        Log(change, EntryKind.HoldClosed, Free(change, hold), hold, hold.Left);
        return new Done(change.State.Sequence);
    }

    /// <summary>
    /// Counts a step of a lease: from what it set aside, then as any recorded use; after its time, as overage. Of use in a period that is
    /// closed, hold and credit shrink now, and the use counts in its own period.
    /// </summary>
    public static Answer Draw(Change change, MeterState meter, HoldState lease, Tally tally, ClosedPeriod? closed)
    {
        tally = lease.Closed ? tally with { Uncovered = true, Late = true } : tally;
        if (Using.Price(change, meter, closed, ref tally) is { } beyond)
        {
            return beyond;
        }

        if (lease.Closed)
        {
            return Using.Count(change, meter, tally, closed);
        }

        var drawn = Math.Min(lease.Left, tally.Delta);
        Put(change, lease with
        {
            Left = lease.Left - drawn,
            Settled = lease.Settled + tally.Delta,
        });
        return Using.Count(change, meter with { Held = meter.Held - drawn }, tally, closed);
    }

    /// <summary>Answers a lease's step with how its feature stands, and closes it when asked.</summary>
    public static Answer Sync(Change change, SyncLease command)
    {
        if (change.State.Deleted || FindLease(change, command.HoldId) is not { } lease)
        {
            return NotFound(command.HoldId);
        }

        if (command.Close && !lease.Closed)
        {
            Log(change, EntryKind.HoldClosed, Free(change, lease), lease, lease.Left);
        }
        else
        {
            // A step changes nothing by itself, but it came with a key, and what is remembered is in the ledger (rule 8).
            Log(change, EntryKind.LeaseSynced, change.State.FindMeter(lease.FeatureCode)!, lease, 0);
        }

        if (Standing.Meter(change, lease.FeatureCode) is not { } meter)
        {
            return Standing.NotAssigned(change, lease.FeatureCode, lease.Settled);
        }

        change.State = change.State.With(meter);
        return Views.Usage(change, meter, TierTable.For(meter), lease.Settled, 0);
    }

    /// <summary>A lease as it stands now, closed or not: one whose time is over is closed, whether that has been written or not.</summary>
    public static HoldState? FindLease(Change change, string id)
    {
        var lease = change.State.Holds.Find(id);
        return lease is not { Kind: HoldKind.Lease } ? null
            : lease.Closed || lease.IsOpenAt(change.Now) ? lease
            : Close(lease);
    }

    /// <summary>The license without an open hold. A reservation is forgotten; a lease is kept closed for late use, in place of the oldest when there are too many.</summary>
    public static void End(Change change, HoldState hold)
    {
        var holds = change.State.Holds;
        holds = hold.Kind == HoldKind.Lease ? holds.With(Close(hold)) : holds.Without(hold.Id);
        while (holds.ClosedCount > change.Rules.MaxOpenHolds)
        {
            holds = holds.Without(holds.OldestClosed!.Id);
        }

        change.State = change.State with { Holds = holds };
    }

    public static Refusal NotFound(string holdId) =>
        Change.Refuse(RefusalCode.HoldNotFound, $"There is no open hold '{holdId}': it was settled, released, or its time was over.");

    // What is left of an open hold returns to the allowance.
    private static MeterState Free(Change change, HoldState hold)
    {
        var meter = change.State.FindMeter(hold.FeatureCode)!;
        meter = meter with { Held = meter.Held - hold.Left };
        change.State = change.State.With(meter);
        End(change, hold);
        return meter;
    }

    private static HoldState? Find(Change change, string id, HoldKind kind) =>
        !change.State.Deleted && change.State.Holds.Find(id) is { } hold && hold.Kind == kind && hold.IsOpenAt(change.Now) ? hold : null;

    private static HoldState Close(HoldState lease) => lease with { Left = 0, Closed = true };

    private static void Put(Change change, HoldState hold) => change.State = change.State with { Holds = change.State.Holds.With(hold) };

    private static void Log(Change change, EntryKind kind, MeterState meter, HoldState hold, decimal amount) => change.Log(new LedgerEntry
    {
        Kind = kind,
        FeatureCode = hold.FeatureCode,
        Amount = amount,
        Before = meter.Used,
        After = meter.Used,
        Period = meter.Period,
        Fingerprint = hold.Fingerprint,
        HoldId = hold.Id,
    });

    private static HoldAnswer View(HoldState hold) => new()
    {
        Id = hold.Id,
        FeatureCode = hold.FeatureCode,
        Amount = hold.Amount,
        ExpiresAt = hold.ExpiresAt,
        CreatedAt = hold.CreatedAt,
        Kind = hold.Kind,
        Fingerprint = hold.Fingerprint,
    };
}
