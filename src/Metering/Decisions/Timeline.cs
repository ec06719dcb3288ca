using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// Lazy time (rule 3): whoever touches a meter first lets happen what time has brought since, in constant time however long that was.
/// </summary>
internal static class Timeline
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    /// <summary>Brings one meter to now.</summary>
    public static MeterState Advance(MeterState meter, Change change)
    {
        if (meter.Feature.Kind == FeatureKind.Boolean)
        {
            return meter;
        }

        // Holds come first: what they set aside may have returned before the period ended.
        var due = meter;
        if (meter.Period.End is { } end && change.Now >= end)
        {
            due = EnterPeriod(due, change, end);
        }

        var opened = due;
        due = AdvanceGrants(due, change, change.Now);
        due = Days.Close(due, change);
        return ReferenceEquals(due, meter) ? meter : Levels.Resettle(opened, due, change);
    }

    /// <summary>
    /// Brings to now the meters whose holds set credit aside: what their holds will cost, and so what other features may spend of the
    /// same balance, depends on their period and allowance.
    /// </summary>
    public static void AdvanceHeld(Change change)
    {
        foreach (var meter in change.State.Meters)
        {
            if (meter is { Held: > 0, Terms.PriceUnit: not null } && Advance(meter, change) is var due && !ReferenceEquals(due, meter))
            {
                change.State = change.State.With(due);
            }
        }
    }

    /// <summary>Closes the open period at its end (or at <paramref name="end"/>, when an operator ends it early) and records what it came to.</summary>
    public static MeterState ClosePeriod(MeterState meter, Change change, DateTimeOffset end, string? detail, Note? note = null)
    {
        var period = meter.Period with { End = end };
        var left = (Allowance.LimitLeft(meter) ?? 0) + meter.Rollover - meter.RolloverUsed;
        var carried = detail is null ? Math.Min(meter.Terms.RolloverMax ?? 0, left) : 0;
        var after = meter.Feature.IsLevel && detail is null ? meter.Used : 0;
        change.Log(new LedgerEntry
        {
            Kind = detail is null ? EntryKind.PeriodClosed : EntryKind.UsageReset,
            FeatureCode = meter.Feature.Code,
            Amount = after - meter.Used,
            Before = meter.Used,
            After = after,
            Period = period,
            Overage = meter.Overage,
            Cost = meter.Cost,
            Unit = meter.Terms.PriceUnit,
            Detail = detail,
        }.With(note));
        change.Send(change.Signal(SignalType.PeriodClosed, meter) with { Period = period });
        var closed = new ClosedPeriod(period, meter.Used, meter.Overage, meter.Cost, left - carried, change.Now);
        return meter with
        {
            Previous = closed,
            Used = after,
            LimitUsed = 0,
            Rollover = meter.Terms.Limit is null ? 0 : carried,
            RolloverUsed = 0,
            Overage = 0,
            Cost = 0,
            PricedTo = 0,
            TiersEntered = 0,
            LevelsSignalled = 0,
            OverageSignalled = false,
            EndedGrants = ForgetUse(meter.EndedGrants),
            ForgottenUsed = 0,
            Suspended = meter.Suspended && !meter.ResumesNextPeriod,
        };
    }

    // At each boundary: what the limit left rolls over (the more periods were empty, the more came together, up to the cap),
    // what grants left is cut to their caps, and what a grant covered is history.
    private static MeterState EnterPeriod(MeterState meter, Change change, DateTimeOffset end)
    {
        var due = AdvanceGrants(meter, change, end - Tick);
        var passed = due.Schedule.IndexAt(change.Now) - due.Schedule.IndexAt(end - Tick);
        due = ClosePeriod(due, change, end, null);
        due = EndUsedUpGrants(due, change);
        due = CutGrants(due, change);
        var period = due.Schedule.At(change.Now);
        if (passed > 1)
        {
            due = PassEmptyPeriods(due, change, period, passed - 1);
        }

        var useful = due.Previous is { } previous && previous.Period.End == period.Start;
        due = Allowance.Settle(due with { Period = period, Previous = useful ? due.Previous : null });
        due = AdvanceGrants(due, change, period.Start);

        // A new period begins at the level at which it stands; nothing has been crossed in it.
        return due with { Level = Levels.Of(due, TierTable.For(due)) };
    }

    // The periods that passed in between come to what they would have come to had each been closed in its time. A standing level
    // takes its part of each; the last of them may still get late use (rule 10).
    private static MeterState PassEmptyPeriods(MeterState meter, Change change, Period next, int count)
    {
        var due = CutGrants(AdvanceGrants(meter, change, next.Start - Tick), change);
        var cap = due.Terms.RolloverMax ?? 0;
        var gained = (due.Terms.Limit ?? 0) - due.Used;
        var entered = Math.Clamp(due.Rollover + ((count - 1) * gained), 0, cap);
        var left = Math.Max(0, entered + gained);
        var carried = Math.Min(cap, left);
        var last = new Period(due.Schedule.StartOf(due.Schedule.IndexAt(next.Start) - 1), next.Start);
        return due with
        {
            Rollover = carried,
            Previous = due.Feature.IsLevel ? null : new ClosedPeriod(last, 0, 0, 0, left - carried, change.Now),
        };
    }

    /// <summary>Lets happen what was due for the grants up to an instant, inclusive: they become effective, recur, expire.</summary>
    public static MeterState AdvanceGrants(MeterState meter, Change change, DateTimeOffset until)
    {
        var grants = meter.Grants;
        for (var i = 0; i < grants.Length; i++)
        {
            var grant = Advance(grants[i], meter, change, until);
            if (!ReferenceEquals(grant, grants[i]))
            {
                grants = grants.SetItem(i, grant);
            }
        }

        if (grants == meter.Grants)
        {
            return meter;
        }

        return Allowance.Settle(RemoveEnded(meter with { Grants = grants }, change));
    }

    /// <summary>Ends the grants of which nothing is left. A standing level only occupies its grants, so they are never used up.</summary>
    public static MeterState EndUsedUpGrants(MeterState meter, Change change)
    {
        var grants = meter.Grants;
        for (var i = 0; i < grants.Length; i++)
        {
            var grant = grants[i] with { PeriodUsed = meter.Feature.IsLevel ? grants[i].PeriodUsed : 0, PeriodSpent = 0 };
            var usedUp = grant is { Active: true, Left: 0, Recurrence: Interval.None } && !meter.Feature.IsLevel;
            grants = grants.SetItem(i, usedUp ? grant with { Ended = GrantEnd.UsedUp, EndedAt = change.Now } : grant);
        }

        return RemoveEnded(meter with { Grants = grants }, change);
    }

    /// <summary>Moves grants that are over out of the burn order, with evidence.</summary>
    public static MeterState RemoveEnded(MeterState meter, Change change, Note? note = null)
    {
        var ended = meter.EndedGrants;
        foreach (var grant in meter.Grants)
        {
            if (grant.Ended is not { } end)
            {
                continue;
            }

            change.Log(new LedgerEntry
            {
                Kind = EntryKind.GrantEnded,
                FeatureCode = meter.Feature.Code,
                Amount = grant.Lapsed,
                Before = meter.Used,
                After = meter.Used,
                Period = meter.Period,
                GrantId = grant.Id,
                Detail = JsonNames.Of(end),
            }.With(end == GrantEnd.Voided ? note : null));
            change.Send(change.Signal(SignalType.GrantEnded, meter) with { Reference = grant.Id, Detail = JsonNames.Of(end) });
            ended = ended.Add(grant);
        }

        if (ended.Length == meter.EndedGrants.Length)
        {
            return meter;
        }

        var forgotten = Math.Max(0, ended.Length - MeterLimits.EndedGrants);
        return meter with
        {
            Grants = [.. meter.Grants.Where(grant => grant.Ended is null)],
            EndedGrants = ended[forgotten..],
            ForgottenUsed = meter.ForgottenUsed + ended[..forgotten].Sum(grant => grant.PeriodUsed),
        };
    }

    private static ImmutableArray<GrantState> ForgetUse(ImmutableArray<GrantState> ended) =>
        ended.All(grant => grant.PeriodUsed == 0) ? ended : [.. ended.Select(grant => grant with { PeriodUsed = 0, PeriodSpent = 0 })];

    private static GrantState Advance(GrantState grant, MeterState meter, Change change, DateTimeOffset until)
    {
        if (!grant.Active && grant.EffectiveAt <= until)
        {
            grant = grant with { Active = true };
            if (grant.EffectiveAt > grant.CreatedAt)
            {
                Log(change, EntryKind.GrantEffective, meter, grant, grant.Amount);
            }
        }

        if (grant.RecursAt is { } recurs && recurs <= until)
        {
            grant = Recur(grant, meter, change, grant.ExpiresAt <= until ? grant.ExpiresAt.Value - Tick : until);
        }

        if (grant.ExpiresAt is { } expiry && expiry <= until)
        {
            // A standing level leaves the grant when it ends; what it covered is covered anew by what is left.
            var used = meter.Feature.IsLevel ? grant.Used - grant.PeriodUsed : grant.Used;
            grant = grant with
            {
                Active = true,
                Used = used,
                PeriodUsed = meter.Feature.IsLevel ? 0 : grant.PeriodUsed,
                Lapsed = grant.Granted - used,
                Ended = GrantEnd.Expired,
                EndedAt = expiry,
            };
        }

        return grant;
    }

    // After k recurrences with nothing used between them, min(cap, left) + k × amount is left, but never more than cap + amount.
    private static GrantState Recur(GrantState grant, MeterState meter, Change change, DateTimeOffset until)
    {
        var schedule = new PeriodSchedule(grant.Recurrence, grant.EffectiveAt, meter.Schedule.TimeZone);
        var count = schedule.IndexAt(until) - grant.Recurrences;
        if (count <= 0)
        {
            return grant;
        }

        // A standing level occupies the grant rather than spending it: what it takes of the new amount is worked out after.
        var standing = meter.Feature.IsLevel ? grant.PeriodUsed : 0;
        grant = grant with { Used = grant.Used - standing, PeriodUsed = grant.PeriodUsed - standing };
        var cap = grant.RolloverMax ?? 0;
        var left = Math.Min(Math.Min(grant.Left, cap) + (count * grant.Amount), cap + grant.Amount);
        var granted = grant.Granted + (count * grant.Amount);
        var next = schedule.StartOf(grant.Recurrences + count + 1);
        Log(change, EntryKind.GrantRecurred, meter, grant, count * grant.Amount);
        return grant with
        {
            Granted = granted,
            PeriodSpent = grant.PeriodUsed,
            Lapsed = granted - grant.Used - left,
            Recurrences = grant.Recurrences + count,
            RecursAt = grant.ExpiresAt <= next ? null : next,
        };
    }

    // What is over the cap at a period's end lapses; a grant of which nothing is to be kept is over with it.
    private static MeterState CutGrants(MeterState meter, Change change)
    {
        var grants = meter.Grants;
        for (var i = 0; i < grants.Length; i++)
        {
            var grant = grants[i];
            if (grant is { RolloverMax: { } cap, Recurrence: Interval.None } && grant.Left > cap && !meter.Feature.IsLevel)
            {
                var cut = grant with { Lapsed = grant.Lapsed + grant.Left - cap };
                grants = grants.SetItem(i, cap > 0 ? cut : cut with { Ended = GrantEnd.Expired, EndedAt = change.Now });
            }
        }

        return grants == meter.Grants ? meter : RemoveEnded(meter with { Grants = grants }, change);
    }

    private static void Log(Change change, EntryKind kind, MeterState meter, GrantState grant, decimal amount) => change.Log(new LedgerEntry
    {
        Kind = kind,
        FeatureCode = meter.Feature.Code,
        Amount = amount,
        Before = meter.Used,
        After = meter.Used,
        Period = meter.Period,
        GrantId = grant.Id,
    });
}
