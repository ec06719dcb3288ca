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
            var repaired = Days.Reopen(Repair(meter, command, change), command.Days, change);
            var moved = MovedOverage.Between(meter, repaired);
            if (repaired.Used != meter.Used || repaired.Period != meter.Period || moved != 0)
            {
                change.Log(new LedgerEntry
                {
                    Kind = EntryKind.ClockRepaired,
                    FeatureCode = meter.Feature.Code,
                    Amount = repaired.Used - meter.Used,
                    Before = meter.Used,
                    After = repaired.Used,
                    Overage = moved,
                    Period = repaired.Period,
                    Day = moved == 0 ? null : change.Today,
                });
            }

            // Put also where nothing is told in numbers: readings and grants may have moved, and the effect tells those.
            change.Put(MovedOverage.Count(meter, repaired, change));
        }

        // With the last number, because every entry up to it may be of a later time than those that follow.
        change.State = WithHolds(change.State, command.Now, ahead) with { SetBackAt = change.State.Sequence };
        return change.Done(new Done(change.State.Sequence));
    }

    private static MeterState Repair(MeterState meter, RepairClock command, Change change)
    {
        var now = command.Now;
        var repaired = meter with
        {
            Grants = [.. meter.Grants.Select(grant => Repair(grant, meter, now))],
            // An arrival time in the future would refuse use until then.
            RateNext = Math.Min(meter.RateNext, now.UtcTicks),
            LastReading = Repair(meter.LastReading, now),
            Readings = meter.Readings?.ToImmutableDictionary(reading => reading.Key, reading => Repair(reading.Value, now)!),
            Past = meter.Past is { } past ? Repair(past, now, change.Rules.LateWindow) : null,
        };

        // Only the jump ended these, by their expiry or by a period's end at which nothing of them is kept. Nothing has used them since.
        foreach (var grant in meter.EndedGrants.Where(grant => grant.Ended == GrantEnd.Expired && grant.EndedAt > now))
        {
            var alive = grant with
            {
                Ended = null,
                EndedAt = null,
                Lapsed = grant.Lapsed - grant.LapsedAtEnd,
                LapsedAtEnd = 0,
                Active = grant.EffectiveAt <= now,
            };
            repaired = repaired with
            {
                Grants = repaired.Grants.Add(Repair(alive, meter, now)),
                EndedGrants = repaired.EndedGrants.Remove(grant),
            };
        }

        repaired = repaired with { Grants = BurnOrder.Sort(repaired.Grants) };
        if (meter.Period.Start > now)
        {
            repaired = Reopen(repaired, command, change);
        }

        return repaired with { Level = Levels.Of(repaired, TierTable.For(repaired)) };
    }

    // The jump closed the period in which now lies, and maybe others after it. What was counted in all of them counts in that one, which is
    // open again with what had rolled over into it; their records are taken back, or one period would be told twice.
    private static MeterState Reopen(MeterState meter, RepairClock command, Change change)
    {
        var past = MeterPast.Of(meter);
        var code = meter.Feature.Code;
        var taken = command.Closed.Where(closed => closed.FeatureCode == code)
            .Concat(past.Periods.Select(known => FeaturePeriod.Of(meter, known)))
            .Where(closed => closed.IsTakenBack(command.Now))
            .OrderByDescending(closed => closed.Period.Start)
            .ToList();
        var open = taken.Find(closed => closed.Period.Contains(command.Now));
        var period = open?.Period ?? meter.Schedule.At(command.Now);
        foreach (var known in past.Periods.Where(known => known.Period.End > period.Start && !known.IsTakenBack(command.Now)))
        {
            change.Close(meter, known);
        }

        past = past with
        {
            CountsFrom = null,
            BegunByReset = 0,
            Periods = past.Periods.RemoveAll(known => known.Period.End > period.Start),
        };
        var reopened = meter with
        {
            Period = period,
            Past = past.IsEmpty ? null : past,
            // What the future's rollover covered was left over by the periods that are open again. It is covered anew below.
            Used = meter.Used - meter.RolloverUsed,
            Rollover = open?.RolledIn ?? meter.Rollover,
            RolloverUsed = 0,
        };
        foreach (var closed in taken)
        {
            reopened = Join(reopened, closed, change);
        }

        // A standing level is covered anew as a whole, because it has all of the rollover again.
        reopened = Allowance.CoverAnew(BurnOrder.Burn(reopened, meter.RolloverUsed));

        // In which order all of it was burnt is not known: what has lapsed of it is taken to be the last.
        var covered = Allowance.Covered(reopened);
        GrantState Lapsed(GrantState grant) =>
            grant with { CoveredAtLapse = (grant.Ended is null ? grant.PeriodSpent : grant.PeriodUsed) > 0 ? covered : 0 };
        reopened = reopened with
        {
            Grants = [.. reopened.Grants.Select(Lapsed)],
            EndedGrants = [.. reopened.EndedGrants.Select(Lapsed)],
        };

        // A base price that was charged in one of them is not charged again, in whatever unit.
        var tiers = TierTable.For(reopened);
        var charged = taken.Aggregate(
            Pricing.Charged(reopened, reopened.Priced?.Charges, tiers),
            (sum, closed) => sum | Pricing.Charged(reopened, closed.Charges, tiers));
        reopened = reopened with { TiersEntered = reopened.TiersEntered | charged };
        return Levels.Join(reopened, change, wasTold: taken.Exists(closed => closed.Overage > 0));
    }

    private static MeterState Join(MeterState meter, FeaturePeriod closed, Change change)
    {
        if (closed.PriceUnit == meter.Terms.PriceUnit)
        {
            var priced = new PricedUse { Charges = closed.Charges, CreditDrawn = closed.CreditDrawn, CreditLeft = closed.CreditLeft };
            meter = meter with
            {
                Cost = meter.Cost + closed.Cost,
                Priced = PeriodLines.Join(meter.Priced, priced.IsNothing ? null : priced, change.State),
            };
        }
        else
        {
            // Terms are not taken back, and costs in two units don't add up.
            change.Leave(closed.ToPart());
        }

        // A standing level was never set to zero, so there is no use to add.
        if (!meter.Metric.EndsWithPeriod)
        {
            return meter;
        }

        var ofGrants = 0m;
        foreach (var line in closed.Grants)
        {
            ofGrants += line.Used;
            meter = Join(meter, line);
        }

        // The limit and what rolled over cover both together: what was counted before the jump and in the future may be more, and the rest
        // takes its turn in the burn order. What was overage stays so.
        var covered = closed.Used - closed.Overage - ofGrants;
        meter = meter with { Used = meter.Used + closed.Overage + ofGrants, Overage = meter.Overage + closed.Overage };
        return BurnOrder.Burn(meter, covered);
    }

    // What a grant covered is its use of the open period again. One that is given anew, each time, has been given anew since: a correction
    // does not bring back what it had before.
    private static MeterState Join(MeterState meter, PeriodGrant line)
    {
        GrantState With(GrantState grant) => grant with
        {
            PeriodUsed = grant.PeriodUsed + line.Used,
            PeriodSpent = grant.PeriodSpent + (grant.Recurrence == Interval.None ? 0 : line.Used),
        };

        return meter.Grants.FirstOrDefault(grant => grant.Id == line.GrantId) is { } active
            ? meter with { Grants = meter.Grants.Replace(active, With(active)) }
            : meter.EndedGrants.FirstOrDefault(grant => grant.Id == line.GrantId) is { } ended
                ? meter with { EndedGrants = meter.EndedGrants.Replace(ended, With(ended)) }
                : meter with { ForgottenUsed = meter.ForgottenUsed + line.Used };
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
        ClosedThrough = NoLater(past.ClosedThrough, now - lateWindow),
        DaysClosedThrough = NoLater(past.DaysClosedThrough, now - lateWindow),
        ResetAt = NoLater(past.ResetAt, now),
        RemovedThrough = NoLater(past.RemovedThrough, now),
        Removed = past.Removed?.ToImmutableDictionary(one => one.Key, one => Earlier(one.Value, now)),
    };

    private static Reading? Repair(Reading? reading, DateTimeOffset now) =>
        reading is null ? null : reading with { At = Earlier(reading.At, now) };

    private static DateTimeOffset? NoLater(DateTimeOffset? at, DateTimeOffset most) => at is { } known ? Earlier(known, most) : null;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

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
