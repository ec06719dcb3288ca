using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// Undoes what a jump of the clock into the future did to a license: its time, its open periods, its grants. What was counted in the
/// future counts in the period that is open now, because that is when it happened. Holds whose end was written stay ended: what they set
/// aside has gone back to everybody. Rollups and entries of the future stay where they are; they are evidence.
/// </summary>
internal static class ClockRepair
{
    public static Outcome Apply(LicenseState state, RepairClock command, MeterRules rules, string? idempotencyKey)
    {
        var ahead = state.LastSeen - command.Now;
        if (ahead <= TimeSpan.Zero)
        {
            return new Outcome(state, Change.Invalid("/now", "must be earlier than the last time that the license has seen"), [], [], []);
        }

        var change = new Change(state with { LastSeen = command.Now }, command.Now, rules, idempotencyKey);

        // First of all, because from this entry on the ledger's time is an earlier one, and a replay takes that from no other kind.
        change.Log(new LedgerEntry
        {
            Kind = EntryKind.ClockRepaired,
            Detail = $"The license had seen {state.LastSeen:yyyy-MM-ddTHH:mm:ssZ}.",
        });
        foreach (var meter in state.Meters.Where(meter => meter.Feature.Kind == FeatureKind.Metered))
        {
            var repaired = Days.Reopen(Repair(meter, command, rules.LateWindow), command.Days, change);
            if (repaired.Used != meter.Used || repaired.Period != meter.Period)
            {
                change.Log(new LedgerEntry
                {
                    Kind = EntryKind.ClockRepaired,
                    FeatureCode = meter.Feature.Code,
                    Amount = repaired.Used - meter.Used,
                    Before = meter.Used,
                    After = repaired.Used,
                    Period = repaired.Period,
                });
            }

            // Put also where nothing is told in numbers: readings and grants may have moved, and the effect tells those.
            change.Put(repaired);
        }

        // With the last number, because every entry up to it may be of a later time than those that follow.
        change.State = WithHolds(change.State, command.Now, ahead) with { SetBackAt = change.State.Sequence };
        return change.Done(new Done(change.State.Sequence));
    }

    private static MeterState Repair(MeterState meter, RepairClock command, TimeSpan lateWindow)
    {
        var now = command.Now;
        var repaired = meter with
        {
            Grants = [.. meter.Grants.Select(grant => Repair(grant, meter, now))],
            // An arrival time in the future would refuse use until then.
            RateNext = Math.Min(meter.RateNext, now.UtcTicks),
            LastReading = Repair(meter.LastReading, now),
            Readings = meter.Readings?.ToImmutableDictionary(reading => reading.Key, reading => Repair(reading.Value, now)!),
            Past = meter.Past is { } past ? Repair(past, now, lateWindow) : null,
        };

        // Only the jump ended these, and nothing has used them since.
        var expired = meter.EndedGrants.Where(grant => grant.Ended == GrantEnd.Expired && grant.ExpiresAt > now).ToList();
        foreach (var grant in expired)
        {
            var alive = grant with { Ended = null, EndedAt = null, Lapsed = 0, Active = grant.EffectiveAt <= now };
            repaired = repaired with { Grants = repaired.Grants.Add(alive), EndedGrants = repaired.EndedGrants.Remove(grant) };
        }

        if (expired.Count > 0)
        {
            repaired = repaired with { Grants = BurnOrder.Sort(repaired.Grants) };
        }

        if (meter.Period.Start > now)
        {
            repaired = Reopen(repaired, command);
        }

        return repaired with { Level = Levels.Of(repaired, TierTable.For(repaired)) };
    }

    private static MeterState Reopen(MeterState meter, RepairClock command)
    {
        var period = meter.Schedule.At(command.Now);
        var closed = command.Closed.FirstOrDefault(closed => closed.FeatureCode == meter.Feature.Code && closed.Period == period);
        var past = MeterPast.Of(meter);
        past = past with { CountsFrom = null, Periods = past.Periods.RemoveAll(known => known.Period.End > period.Start) };
        var reopened = meter with { Period = period, Past = past.IsEmpty ? null : past };

        // A standing level was never set to zero, so there is nothing to add.
        if (closed is null || !meter.Metric.EndsWithPeriod)
        {
            return reopened;
        }

        // The limit covers both together: what was counted before the jump and in the future may be more, and the rest is overage. Nothing
        // is taken back, though: what a larger limit has covered stays covered when the limit becomes smaller.
        var room = Math.Max(0, (meter.Terms.Limit ?? decimal.MaxValue) - meter.LimitUsed);
        var covered = Math.Min(closed.Used - closed.Overage, room);
        return reopened with
        {
            Used = meter.Used + closed.Used,
            LimitUsed = meter.LimitUsed + covered,
            Overage = meter.Overage + closed.Used - covered,
            Cost = meter.Cost + closed.Cost,
        };
    }

    private static GrantState Repair(GrantState grant, MeterState meter, DateTimeOffset now)
    {
        if (grant.EffectiveAt > now && grant.Used == 0)
        {
            grant = grant with { Active = false };
        }

        if (grant.Recurrence == Interval.None)
        {
            return grant;
        }

        // What it was given in the future stays in its sums; it is not given twice, and it recurs again from now.
        var schedule = new PeriodSchedule(grant.Recurrence, grant.EffectiveAt, meter.Schedule.TimeZone);
        var recurrences = Math.Min(grant.Recurrences, Math.Max(0, schedule.IndexAt(now)));
        var next = schedule.StartOf(recurrences + 1);
        return grant with { Recurrences = recurrences, RecursAt = grant.ExpiresAt <= next ? null : next };
    }

    // What was closed by the jump alone is open again, and what was removed or reset in the future was so now.
    private static MeterPast Repair(MeterPast past, DateTimeOffset now, TimeSpan lateWindow) => past with
    {
        ClosedThrough = past.ClosedThrough > now - lateWindow ? now - lateWindow : past.ClosedThrough,
        DaysClosedThrough = past.DaysClosedThrough > now - lateWindow ? now - lateWindow : past.DaysClosedThrough,
        ResetAt = past.ResetAt > now ? now : past.ResetAt,
        RemovedThrough = past.RemovedThrough > now ? now : past.RemovedThrough,
        Removed = past.Removed?.ToImmutableDictionary(one => one.Key, one => one.Value > now ? now : one.Value),
    };

    private static Reading? Repair(Reading? reading, DateTimeOffset now) => reading?.At > now ? reading with { At = now } : reading;

    private static LicenseState WithHolds(LicenseState state, DateTimeOffset now, TimeSpan ahead)
    {
        var holds = state.Holds;
        foreach (var hold in state.Holds.Where(hold => hold.CreatedAt > now))
        {
            // A hold that was opened in the future would stand for as long as the jump was; it is moved back with its time.
            holds = holds.With(hold with { CreatedAt = now, ExpiresAt = hold.ExpiresAt - ahead > now ? hold.ExpiresAt - ahead : now });
        }

        // A hold whose end was not written yet is open again where its time has not come.
        var meters = state.Meters.Select(meter => meter with { Held = holds.LeftAt(meter.Feature.Code, now) });
        return state with { Holds = holds, Meters = [.. meters] };
    }
}
