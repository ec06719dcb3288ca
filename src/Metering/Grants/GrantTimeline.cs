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

        // The same array where nothing was due, as nearly always: then nothing needs to be covered anew.
        if (grants == meter.Grants)
        {
            return meter;
        }

        return Allowance.CoverAnew(RemoveEnded(meter with { Grants = grants }, change));
    }

    /// <summary>Ends the grants of which nothing is left. Where use only occupies its grants, they are never used up.</summary>
    public static MeterState EndUsedUp(MeterState meter, Change change)
    {
        var grants = meter.Grants;
        for (var i = 0; meter.Metric.SpendsGrants && i < grants.Length; i++)
        {
            if (grants[i] is { Active: true, Left: 0, Recurrence: Interval.None })
            {
                grants = grants.SetItem(i, grants[i] with { Ended = GrantEnd.UsedUp, EndedAt = change.Now });
            }
        }

        return RemoveEnded(meter with { Grants = grants }, change);
    }

    /// <summary>The grants of a meter as a new period finds them.</summary>
    public static ImmutableArray<GrantState> EnterPeriod(MeterState meter)
    {
        var grants = meter.Grants;
        for (var i = 0; i < grants.Length; i++)
        {
            grants = grants.SetItem(i, meter.Metric.EnterPeriod(grants[i]));
        }

        return grants;
    }

    /// <summary>
    /// Cuts what grants left at a period's end to their caps: what is over lapses, and a grant of which nothing is to be kept is over
    /// with it.
    /// </summary>
    public static MeterState Cut(MeterState meter, Change change)
    {
        var grants = meter.Grants;
        for (var i = 0; i < grants.Length; i++)
        {
            var grant = grants[i];
            if (IsCut(grant, meter))
            {
                var cut = Cut(grant);

                // Expired and not used up, because it ended with units left.
                grants = grants.SetItem(i, grant.RolloverMax > 0 ? cut : cut with
                {
                    LapsedAtEnd = grant.Left,
                    Ended = GrantEnd.Expired,
                    EndedAt = change.Now,
                });
            }
        }

        return grants == meter.Grants ? meter : RemoveEnded(meter with { Grants = grants }, change);
    }

    /// <summary>
    /// A grant that is over with something left of it, or not: what is left lapses, and use that only occupied it is covered by others.
    /// </summary>
    public static GrantState End(GrantState grant, MeterState meter, GrantEnd end, DateTimeOffset at)
    {
        grant = meter.Metric.Vacate(grant);
        var lapsed = grant.Granted - grant.Used;
        return grant with { Lapsed = lapsed, LapsedAtEnd = lapsed - grant.Lapsed, Ended = end, EndedAt = at };
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

            // The note is what the operator said of the grant that was voided; others end by themselves.
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
            ended = ended.Add(grant.Lapse(Allowance.Covered(meter)));
        }

        if (ended.Length == meter.EndedGrants.Length)
        {
            return meter;
        }

        // The state does not keep them for ever, but use must stay the sum of its parts, so what they covered is kept as one number.
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
        ended.All(grant => ReferenceEquals(grant, grant.ForgetUse())) ? ended : [.. ended.Select(grant => grant.ForgetUse())];

    private static GrantState Advance(GrantState grant, MeterState meter, Change change, DateTimeOffset until)
    {
        // In the order of time: where nobody looked for long, a grant begins, recurs and expires in one look.
        var begins = !grant.Active && grant.EffectiveAt <= until;
        if (begins)
        {
            grant = grant with { Active = true };

            // One that is effective at once has the entry that made it, and needs no second.
            if (grant.EffectiveAt > grant.CreatedAt)
            {
                Log(change, EntryKind.GrantEffective, meter, grant, grant.Amount);
            }
        }

        // At the end itself it recurs no more: what it got then would lapse in the same moment.
        if (grant.RecursAt is { } recurs && recurs <= until)
        {
            grant = Recur(grant, meter, change, grant.ExpiresAt <= until ? grant.ExpiresAt.Value - Tick : until);
        }

        if (grant.ExpiresAt is { } expiry && expiry <= until)
        {
            grant = grant with { Active = true };

            // It was cut at the ends of the periods on the way. If none of it is kept, its end lets the same amount lapse.
            grant = begins && grant.RolloverMax > 0 && IsCut(grant, meter)
                && meter.Schedule.IndexAt(grant.EffectiveAt) < meter.Schedule.IndexAt(expiry) ? Cut(grant) : grant;
            grant = End(grant, meter, GrantEnd.Expired, expiry);
        }

        return grant;
    }

    // A grant that recurs is cut when it recurs, and a standing level only occupies its grants.
    private static bool IsCut(GrantState grant, MeterState meter) =>
        grant is { RolloverMax: { } cap, Recurrence: Interval.None } && grant.Left > cap && meter.Metric.SpendsGrants;

    private static GrantState Cut(GrantState grant) => grant with { Lapsed = grant.Lapsed + grant.Left - grant.RolloverMax!.Value };

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
        grant = meter.Metric.Vacate(grant);
        var cap = grant.RolloverMax ?? 0;
        var left = Math.Min(Math.Min(grant.Left, cap) + (count * grant.Amount), cap + grant.Amount);
        var granted = grant.Granted + (count * grant.Amount);
        var next = schedule.StartOf(grant.Recurrences + count + 1);

        // One entry for all recurrences since, so that the work does not grow with the time that nobody looked (rule 3).
        Log(change, EntryKind.GrantRecurred, meter, grant, count * grant.Amount);
        return grant.Lapse(Allowance.Covered(meter)) with
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
