namespace Metering;

/// <summary>Reservations: holds that are settled once, with the true amount.</summary>
internal static class Reservations
{
    /// <summary>Settles a reservation with the true amount: what was set aside is let through whatever has come since.</summary>
    public static Answer Commit(Change change, CommitHold command)
    {
        if (Holds.Find(change, command.HoldId, HoldKind.Reservation) is not { } hold)
        {
            return change.State.Deleted ? LicenseValidity.Gone : Holds.NotFound(command.HoldId);
        }

        var amount = command.Amount ?? hold.Amount;
        if (amount < 0)
        {
            return Change.Invalid("/amount", "must be zero or more");
        }

        var known = Timeline.Advance(change.State.FindMeter(hold.FeatureCode)!, change);
        change.Put(known);
        var before = change.State;
        var meter = Holds.Free(change, hold);
        var tiers = TierTable.For(meter);
        var price = Pricing.Rise(meter, tiers, Stretch.Next(meter, amount));
        if ((UsageCount.OutOfRange(meter.Used, amount, strict: true) ?? Credit.OutOfRange(change, meter, meter.Cost, price.Cost)) is { } beyond)
        {
            change.State = before;
            return beyond;
        }

        if (amount > hold.Left)
        {
            // The part beyond the hold was promised to nobody: it must pass as any other use, or the whole is refused and the hold stays.
            // What was set aside has passed already, and has taken its part of the rate.
            var verdict = Admission.Decide(known, tiers, amount - hold.Left, change.Now);
            if (verdict.Code is null && Credit.Shortage(change, meter, Pricing.Need(meter, amount, price)) is { } shortage)
            {
                verdict = Verdict.No(RefusalCode.InsufficientCredits, shortage);
            }

            if (verdict.Code is not null)
            {
                change.State = before;
                var standing = before.FindMeter(hold.FeatureCode)!;
                return RefusedUse.Refuse(change, standing, TierTable.For(standing), amount, amount - hold.Left, verdict with { Suspends = null });
            }

            meter = verdict.Keep(meter);
        }

        Holds.Log(change, EntryKind.HoldClosed, meter, hold, hold.Left);
        if (amount == 0)
        {
            meter = Levels.AfterUse(meter, change, tiers);
            change.Put(meter);
            return UsageAnswer.Of(change, meter, TierTable.For(meter), 0, 0);
        }

        var use = new Consume { FeatureCode = hold.FeatureCode, Amount = amount, UserId = command.UserId };
        return UsageCount.Count(change, meter, tiers, new CountedUse(use, EntryKind.Consumed)
        {
            Given = amount,
            Delta = amount,
            At = change.Now,
            Price = price,
            HoldId = hold.Id,
        });
    }

    public static Answer Release(Change change, ReleaseHold command)
    {
        if (Holds.Find(change, command.HoldId, HoldKind.Reservation) is not { } hold)
        {
            return Holds.NotFound(command.HoldId);
        }

        Holds.Log(change, EntryKind.HoldClosed, Holds.Free(change, hold), hold, hold.Left);
        return new Done(change.State.Sequence);
    }
}
