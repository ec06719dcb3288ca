using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// How periods end (rule 3), and for how long what they came to is kept, so that late use counts in its own (rule 10): as long as it may
/// arrive, and <see cref="MeterLimits.ClosedPeriods"/> of them at most.
/// </summary>
internal static class Closing
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    /// <summary>
    /// Closes the period that ended and opens the one in which now lies. At each boundary what the limit left rolls over (the more
    /// periods were empty, the more came together, up to the cap), what grants left is cut to their caps, and what a grant covered is
    /// history.
    /// </summary>
    public static MeterState EnterPeriod(MeterState meter, Change change, DateTimeOffset end)
    {
        var due = Timeline.AdvanceGrants(meter, change, end - Tick);
        var now = due.Schedule.IndexAt(change.Now);
        var empty = now - due.Schedule.IndexAt(end - Tick) - 1;
        due = ClosePeriod(due, change, end, null);
        due = Timeline.EndUsedUpGrants(due, change);
        due = Timeline.CutGrants(due, change);
        if (empty > 0)
        {
            due = PassEmptyPeriods(due, change, now, empty);
        }

        due = Allowance.Settle(due with { Period = due.Schedule.At(change.Now) });
        due = Timeline.AdvanceGrants(due, change, due.Period.Start);

        // A new period begins at the level at which it stands; nothing has been crossed in it.
        return due with { Level = Levels.Of(due, TierTable.For(due)) };
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
        meter = Keep(meter, change, new ClosedPeriod
        {
            Period = period,
            CountsFrom = meter.Past?.CountsFrom,
            Used = meter.Used,
            Overage = meter.Overage,
            Cost = meter.Cost,
            Left = left - carried,
            Allowance = Allowance.Total(meter),
            TiersEntered = meter.TiersEntered,
            TermsNumber = meter.Past?.TermsNumber ?? 0,
        });
        return meter with
        {
            Past = meter.Past?.CountsFrom is null ? meter.Past : meter.Past with { CountsFrom = null },
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
            EndedGrants = Timeline.ForgetUse(meter.EndedGrants),
            ForgottenUsed = 0,
            Suspended = meter.Suspended && !meter.ResumesNextPeriod,
        };
    }

    /// <summary>Forgets the closed periods in which late use can no longer count.</summary>
    public static MeterState Forget(MeterState meter, Change change)
    {
        if (meter.Past is not { Periods: { Length: > 0 } periods })
        {
            return meter;
        }

        var over = Math.Max(0, periods.Length - MeterLimits.ClosedPeriods);
        while (over < periods.Length && periods[over].Period.End + change.Rules.LateWindow <= change.Now)
        {
            over++;
        }

        return over == 0 ? meter : Forget(meter, over);
    }

    /// <summary>
    /// Marks what happened before an instant as closed for good. A late window that is raised later reaches back no further, so that a
    /// day or period that has left the state is never begun anew.
    /// </summary>
    public static MeterState Mark(MeterState meter, DateTimeOffset through)
    {
        var past = MeterPast.Of(meter);
        return past.ClosedThrough >= through ? meter : meter with { Past = past with { ClosedThrough = through } };
    }

    /// <summary>Keeps what late use needs to know of the terms that were in effect, when others take their place.</summary>
    /// <param name="meter">The meter on its new terms and schedule.</param>
    /// <param name="before">The meter as it was.</param>
    public static MeterState Turn(MeterState meter, MeterState before)
    {
        var past = MeterPast.Of(before);
        var counts = past.CountsFrom ?? before.Period.Start;
        past = past with { CountsFrom = counts == meter.Period.Start ? null : counts };
        if (meter.Terms != before.Terms && past.Periods.Any(closed => closed.TermsNumber == past.TermsNumber))
        {
            past = past with
            {
                FormerTerms = past.FormerTerms.Add(new FormerTerms(past.TermsNumber, before.Terms)),
                TermsNumber = past.TermsNumber + 1,
            };
        }

        meter = meter with { Past = past.IsEmpty ? null : past };
        var over = past.FormerTerms.Length - MeterLimits.FormerTerms;
        return over > 0 ? Forget(meter, past.Periods.Count(closed => closed.TermsNumber < past.FormerTerms[over].Number)) : meter;
    }

    private static MeterState Forget(MeterState meter, int count)
    {
        var past = meter.Past!;
        meter = Mark(meter, past.Periods[count - 1].Period.End!.Value);
        var kept = past.Periods.RemoveRange(0, count);
        var first = kept.IsEmpty ? past.TermsNumber : kept[0].TermsNumber;
        return meter with
        {
            Past = meter.Past! with { Periods = kept, FormerTerms = past.FormerTerms.RemoveAll(former => former.Number < first) },
        };
    }

    // A standing level has no closed periods to go back to: it is one level through all of them.
    private static MeterState Keep(MeterState meter, Change change, ClosedPeriod closed)
    {
        if (meter.Feature.IsLevel || closed.Period.Start == closed.Period.End)
        {
            return meter;
        }

        var past = MeterPast.Of(meter);
        return Forget(meter with { Past = past with { Periods = past.Periods.Add(closed) } }, change);
    }

    // The periods in between come to what they would have come to had each been closed in its time. Those in which late use may still
    // count are passed one by one, the others in one step, however many.
    private static MeterState PassEmptyPeriods(MeterState meter, Change change, int now, int count)
    {
        var schedule = meter.Schedule;
        var kept = 0;
        while (!meter.Feature.IsLevel && kept < Math.Min(count, MeterLimits.ClosedPeriods)
            && schedule.StartOf(now - kept) + change.Rules.LateWindow > change.Now)
        {
            kept++;
        }

        if (count > kept)
        {
            var end = schedule.StartOf(now - kept);
            meter = Pass(meter, change, end, count - kept).Meter;
            meter = meter.Feature.IsLevel ? meter : Mark(meter, end);
        }

        for (; kept > 0; kept--)
        {
            var period = new Period(schedule.StartOf(now - kept), schedule.StartOf(now - kept + 1));
            (meter, var closed) = Pass(meter, change, period.End!.Value, 1);
            meter = Keep(meter, change, closed with { Period = period });
        }

        return meter;
    }

    // A standing level takes its part of the allowance of each period.
    private static (MeterState Meter, ClosedPeriod Last) Pass(MeterState meter, Change change, DateTimeOffset end, int count)
    {
        var due = Timeline.AdvanceGrants(meter, change, end - Tick);
        var cap = due.Terms.RolloverMax ?? 0;
        var gained = (due.Terms.Limit ?? 0) - due.Used;
        var entered = Math.Clamp(due.Rollover + ((count - 1) * gained), 0, cap);
        var left = Math.Max(0, entered + gained);
        var carried = Math.Min(cap, left);
        var last = new ClosedPeriod
        {
            Period = due.Period,
            Left = left - carried,
            Allowance = Allowance.Total(due with { Rollover = entered }),
            TermsNumber = due.Past?.TermsNumber ?? 0,
        };
        return (Timeline.CutGrants(due, change) with { Rollover = carried }, last);
    }
}
