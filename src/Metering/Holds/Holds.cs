namespace Metering;

/// <summary>Holds: a part of the allowance, and the credit for it, set aside until settled, released or expired.</summary>
internal static class Holds
{
    /// <summary>
    /// Opens a reservation or a lease: judged as if it were used now, so that settling it later needs no decision any more.
    /// </summary>
    public static Answer Open(Change change, OpenHold command)
    {
        if (LicenseValidity.Refuse(change) is { } refusal)
        {
            return refusal;
        }

        if (FeatureLookup.Meter(change, command.FeatureCode) is not { } meter)
        {
            return FeatureLookup.NotAssigned(change, command.FeatureCode, command.Amount);
        }

        if (meter.Feature.Kind != FeatureKind.Metered || !meter.Metric.CanBeHeld)
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
        var admission = Admission.Decide(change.State, meter, tiers, new Asked(command.Amount) { ToHold = true }, change.Now);
        if (admission.Refuse(change, meter, tiers, command.Amount) is { } refused)
        {
            return refused;
        }

        if (change.State.Holds.OpenAt(change.Now) >= change.Rules.MaxOpenHolds)
        {
            return Change.Refuse(
                RefusalCode.LimitReached,
                $"A license has at most {change.Rules.MaxOpenHolds} open holds: "
                + "settle, release or close some, or wait until their time is over.");
        }

        if (!LicenseRoom.Has(change.State, LicenseRoom.OfHold(command.Fingerprint)))
        {
            return LicenseRoom.None("hold");
        }

        var hold = new HoldState
        {
            // As with a grant: the entry's number, so that the command comes to the same id whenever it is applied again.
            Id = (command.Kind == HoldKind.Lease ? "lea_" : "res_") + change.NextSequence,
            Kind = command.Kind,
            FeatureCode = command.FeatureCode,
            Amount = command.Amount,
            Left = command.Amount,
            CreatedAt = change.Now,
            ExpiresAt = change.Now.AddSeconds(command.TtlSeconds),
            Fingerprint = command.Fingerprint,
        };

        // What is set aside takes from the rate now, so that settling it takes nothing of it later.
        meter = admission.Keep(meter with { Held = meter.Held + hold.Left });
        change.Put(meter);
        change.Put(hold);
        Log(change, EntryKind.HoldOpened, meter, hold, hold.Amount);
        return HoldAnswer.Of(hold);
    }

    /// <summary>An open hold; null when there is none, or its time is over.</summary>
    public static HoldState? Find(Change change, string id, HoldKind kind) =>
        !change.State.Deleted && change.State.Holds.Find(id) is { } hold && hold.Kind == kind && hold.IsOpenAt(change.Now) ? hold : null;

    /// <summary>
    /// The license without an open hold. A reservation is forgotten; a lease is kept closed for late use, in place of the oldest when
    /// there are too many.
    /// </summary>
    public static void End(Change change, HoldState hold)
    {
        var holds = change.State.Holds;
        holds = hold.Kind == HoldKind.Lease ? holds.With(Leases.Close(hold)) : holds.Without(hold.Id);

        // In a loop, because the operator may have lowered the limit since.
        while (holds.ClosedCount > change.Rules.MaxOpenHolds)
        {
            holds = holds.Without(holds.OldestClosed!.Id);
        }

        change.State = change.State with { Holds = holds };
    }

    /// <summary>Ends an open hold: what is left of it returns to the allowance. The meter as it is then.</summary>
    public static MeterState Free(Change change, HoldState hold)
    {
        var meter = change.State.FindMeter(hold.FeatureCode)!;
        End(change, hold);
        return change.Put(meter with { Held = meter.Held - hold.Left });
    }

    /// <summary>
    /// The refusal of a hold that is not there, or no longer: which of them can't be told, because reservations are forgotten.
    /// </summary>
    public static Refusal NotFound(string holdId) =>
        Change.Refuse(RefusalCode.HoldNotFound, $"There is no open hold '{holdId}': it was settled, released, or its time was over.");

    /// <summary>Evidence of a hold; it moves no use, so before and after are the same.</summary>
    public static void Log(Change change, EntryKind kind, MeterState meter, HoldState hold, decimal amount) => change.Log(new LedgerEntry
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
}
