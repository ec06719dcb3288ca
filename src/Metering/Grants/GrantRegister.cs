namespace Metering;

/// <summary>Grants: made and voided (rule 5).</summary>
internal static class GrantRegister
{
    /// <summary>Makes a grant. It covers use to come; overage that was counted before stays overage.</summary>
    public static Answer Add(Change change, AddGrant command)
    {
        if (FeatureLookup.Meter(change, command.FeatureCode) is not { } meter)
        {
            return FeatureLookup.NotAssigned(change, command.FeatureCode, command.Amount);
        }

        if (meter.Feature.Kind == FeatureKind.Boolean)
        {
            return FeatureLookup.NotMetered(command.FeatureCode);
        }

        if (command.Amount <= 0)
        {
            return Change.Invalid("/amount", "must be above zero");
        }

        // A grant that could never be used is a mistake, and is told rather than kept. Without an expiry both comparisons are false.
        if (command.ExpiresAt <= (command.EffectiveAt ?? change.Now))
        {
            return Change.Invalid("/expires_at", "must be later than effective_at");
        }

        if (command.ExpiresAt <= change.Now)
        {
            return Change.Invalid("/expires_at", "must lie in the future");
        }

        if (meter.Grants.Length >= MeterLimits.Grants)
        {
            // Used up grants are not ended with each use; they make room where it is needed.
            meter = GrantTimeline.EndUsedUp(meter, change);
        }

        if (meter.Grants.Length >= MeterLimits.Grants)
        {
            // The grants that ended just now have entries, so the meter is kept although the command is refused.
            change.Put(meter);
            return Change.Refuse(RefusalCode.LimitReached, $"A meter has at most {MeterLimits.Grants} grants that are not over.");
        }

        // The grants of this meter that ended just now must not count any more.
        change.Put(meter);
        if (Count(change.State) >= MeterLimits.LicenseGrants)
        {
            // By its place, because a meter that is brought to now may close days of those after it.
            for (var i = 0; i < change.State.Meters.Length; i++)
            {
                // Time comes first, as for every meter that is changed.
                change.Put(GrantTimeline.EndUsedUp(Timeline.Advance(change.State.Meters[i], change), change));
            }

            meter = change.State.FindMeter(command.FeatureCode)!;
        }

        if (Count(change.State) >= MeterLimits.LicenseGrants)
        {
            return Change.Refuse(RefusalCode.LimitReached, $"A license has at most {MeterLimits.LicenseGrants} grants that are not over.");
        }

        if (!LicenseRoom.Has(change.State, LicenseRoom.OfGrant))
        {
            return LicenseRoom.None("grant");
        }

        var effective = command.EffectiveAt ?? change.Now;
        var schedule = new PeriodSchedule(command.Recurrence, effective, meter.Schedule.TimeZone);
        var recurs = command.Recurrence == Interval.None ? (DateTimeOffset?)null : schedule.StartOf(1);
        var grant = new GrantState
        {
            // The number of the entry that makes it, and no random one: whoever applies the command again must come to the same id.
            Id = "grt_" + change.NextSequence,
            Amount = command.Amount,
            Granted = command.Amount,
            Priority = command.Priority,
            EffectiveAt = effective,
            ExpiresAt = command.ExpiresAt,
            CreatedSequence = change.NextSequence,
            CreatedAt = change.Now,
            RolloverMax = command.RolloverMax,
            Recurrence = command.Recurrence,
            // What would be given at its end or later could never be used.
            RecursAt = command.ExpiresAt <= recurs ? null : recurs,
        };
        var before = meter;
        meter = meter with { Grants = BurnOrder.Sort(meter.Grants.Add(grant)) };

        // Logged before time comes to it: a grant that began in the past recurs at once, and its entries follow the one that made it.
        change.Log(new LedgerEntry
        {
            Kind = EntryKind.GrantAdded,
            FeatureCode = command.FeatureCode,
            Amount = command.Amount,
            Before = meter.Used,
            After = meter.Used,
            Period = meter.Period,
            GrantId = grant.Id,
        }.With(command.Note));
        meter = Allowance.CoverAnew(GrantTimeline.Advance(meter, change, change.Now));
        meter = Levels.AfterChange(before, MovedOverage.Tell(before, meter, change), change);
        change.Put(meter);

        // Looked up again, because time may just have made it active or given it anew.
        return GrantAnswer.Of(meter, meter.Grants.First(known => known.Id == grant.Id));
    }

    /// <summary>Takes back what is left of a grant; what it has covered stays covered.</summary>
    public static Answer Void(Change change, VoidGrant command)
    {
        foreach (var known in change.State.Meters)
        {
            if (known.EndedGrants.Any(grant => grant.Id == command.GrantId))
            {
                return Over(command.GrantId);
            }

            if (!known.Grants.Any(grant => grant.Id == command.GrantId))
            {
                continue;
            }

            // Time comes first: the grant may have expired by now.
            var before = Timeline.Advance(known, change);
            var meter = before;
            var index = meter.Grants.ToList().FindIndex(grant => grant.Id == command.GrantId);
            if (index < 0)
            {
                // Its expiry was written just now, so the meter is kept with the refusal.
                change.Put(meter);
                return Over(command.GrantId);
            }

            var grant = meter.Grants[index];
            var voided = GrantTimeline.End(grant, meter, GrantEnd.Voided, change.Now);
            meter = meter with { Grants = meter.Grants.SetItem(index, voided) };

            // A standing level leaves the grant with its end, so the rest of the allowance has to cover it.
            meter = Allowance.CoverAnew(GrantTimeline.RemoveEnded(meter, change, command.Note));
            meter = Levels.AfterChange(before, MovedOverage.Tell(before, meter, change), change);
            change.Put(meter);
            return GrantAnswer.Of(meter, voided);
        }

        return Change.Refuse(RefusalCode.GrantNotFound, $"There is no grant '{command.GrantId}' on this license.");
    }

    private static int Count(LicenseState state) => state.Meters.Sum(meter => meter.Grants.Length);

    private static Refusal Over(string id) => Change.Refuse(RefusalCode.GrantEnded, $"The grant '{id}' is over already.");
}
