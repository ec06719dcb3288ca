using System.Collections.Immutable;

namespace Metering;

/// <summary>What time brings to grants (rule 5): they become effective, recur, are cut at the end of a period, and end.</summary>
internal static class GrantTimeline
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    /// <summary>Lets happen what was due for the grants up to an instant, inclusive: they become effective, recur, expire.</summary>
    public static MeterState Advance(MeterState meter, Change change, DateTimeOffset until)
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

        return Allowance.CoverAnew(RemoveEnded(meter with { Grants = grants }, change));
    }

    /// <summary>Ends the grants of which nothing is left. A standing level only occupies its grants, so they are never used up.</summary>
    public static MeterState EndUsedUp(MeterState meter, Change change)
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

    /// <summary>Cuts what grants left at a period's end to their caps: what is over lapses, and a grant of which nothing is to be kept is over with it.</summary>
    public static MeterState Cut(MeterState meter, Change change)
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
                Detail = EnumNames.Of(end),
            }.With(end == GrantEnd.Voided ? note : null));
            change.Send(change.Signal(SignalType.GrantEnded, meter) with { Reference = grant.Id, Detail = EnumNames.Of(end) });
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

    /// <summary>Ended grants of a period that is over: what they covered in it is history.</summary>
    public static ImmutableArray<GrantState> ForgetUse(ImmutableArray<GrantState> ended) =>
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
