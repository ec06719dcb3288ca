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

        // The license's validity is not asked: what was set aside was promised before.
        var meter = FeatureLookup.HeldMeter(change, hold.FeatureCode);
        if (UsageCount.OutOfRange(meter.Used, amount, strict: true) is { } beyond)
        {
            return beyond;
        }

        // The part beyond the hold was promised to nobody: it must pass as any other use, or the whole is refused and the hold stays.
        var tiers = TierTable.For(meter);
        var asked = new Asked(amount) { Promised = hold.Left, PromisedUntil = hold.ExpiresAt };
        var admission = Admission.Decide(change.State, meter, tiers, asked, change.Now);
        if (admission.Refuse(change, meter, tiers, amount) is { } refused)
        {
            return refused;
        }

        // Of the rate only what goes beyond the hold is taken here: the hold has taken its own when it was opened.
        meter = admission.Keep(Holds.Free(change, hold));
        Holds.Log(change, EntryKind.HoldClosed, meter, hold, hold.Left);
        if (amount == 0)
        {
            return UsageAnswer.Of(change, meter, tiers, 0, 0);
        }

        var use = new Consume { FeatureCode = hold.FeatureCode, Given = amount, UserId = command.UserId };
        return UsageCount.Count(change, meter, tiers, new CountedUse(use, EntryKind.Consumed)
        {
            Given = amount,
            Delta = amount,
            At = change.Now,
            Price = admission.Price,
            HoldId = hold.Id,
        });
    }

    /// <summary>Gives a reservation back unused.</summary>
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
