namespace Metering;

/// <summary>How a period ends and the next one begins (rule 3).</summary>
internal static class PeriodClose
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    /// <summary>
    /// Closes the period that ended and opens the one in which now lies. At each boundary what the limit left rolls over (the more
    /// periods were empty, the more came together, up to the cap), what grants left is cut to their caps, and what a grant covered is
    /// history.
    /// </summary>
    public static MeterState Enter(MeterState meter, Change change, DateTimeOffset end)
    {
        // The end is no longer part of the period: what happens to a grant at that instant happens in the next one.
        var due = GrantTimeline.Advance(meter, change, end - Tick);
        var now = due.Schedule.IndexAt(change.Now);

        // By its end, because after a reset the period did not begin at a boundary of the schedule.
        var empty = now - due.Schedule.IndexAt(end - Tick) - 1;
        due = Close(due, change, end, null);

        // After the close, which keeps the allowance for late use as it was with these grants.
        due = GrantTimeline.EndUsedUp(due, change);
        due = GrantTimeline.Cut(due, change);
        if (empty > 0)
        {
            due = PassEmptyPeriods(due, change, now, empty);
        }

        due = Allowance.CoverAnew(due with { Period = due.Schedule.At(change.Now) });

        // Before the level is set: a new period begins silently, also where a grant begins or ends with it.
        due = GrantTimeline.Advance(due, change, due.Period.Start);

        // A new period begins at the level at which it stands; nothing has been crossed in it.
        return due with { Level = Levels.Of(due, TierTable.For(due)) };
    }

    /// <summary>
    /// Closes the open period at its end (or at <paramref name="end"/>, when an operator ends it early) and records what it came to.
    /// </summary>
    public static MeterState Close(MeterState meter, Change change, DateTimeOffset end, string? detail, Note? note = null)
    {
        var period = meter.Period with { End = end };
        var left = (Allowance.LimitLeft(meter) ?? 0) + meter.Rollover - meter.RolloverUsed;

        // A reset by an operator starts from zero, so it rolls nothing over.
        var carried = detail is null ? Math.Min(meter.Terms.RolloverMax ?? 0, left) : 0;
        var after = detail is null && !meter.Metric.EndsWithPeriod ? meter.Used : 0;
        change.Log(new LedgerEntry
        {
            Kind = detail is null ? EntryKind.PeriodClosed : EntryKind.UsageReset,
            FeatureCode = meter.Feature.Code,
            // The entry takes use to where the next period begins, so that entries follow one another without a gap.
            Amount = after - meter.Used,
            Before = meter.Used,
            After = after,
            Period = period,
            Overage = meter.Overage,
            Cost = meter.Cost,
            Charges = meter.Priced?.Charges,
            Unit = meter.Terms.PriceUnit,
            Detail = detail,
        }.With(note));
        change.Send(change.Signal(SignalType.PeriodClosed, meter) with { Period = period });
        meter = ClosedPeriods.Keep(meter, change, new ClosedPeriod
        {
            Period = period,
            CountsFrom = meter.Past?.CountsFrom,
            Reset = detail is not null,
            Sequence = change.State.Sequence,
            PlanId = meter.PlanId,
            RolledIn = meter.Rollover,
            Priced = meter.Priced,
            Grants = PeriodLines.GrantsOf(meter, PeriodLines.RoomForGrants(change.State)),
            Used = meter.Used,
            Overage = meter.Overage,
            Cost = meter.Cost,
            // What rolled over may be used in the next period, so late use of this one must not be covered by it too.
            Left = left - carried,
            StillCovered = Allowance.StillCovered(meter),
            Allowance = Allowance.Total(meter),
            TiersEntered = meter.TiersEntered,
            TermsNumber = meter.Past?.TermsNumber ?? 0,
        });
        var past = MeterPast.Of(meter) with { CountsFrom = null, BegunByReset = detail is null ? 0 : change.State.Sequence };
        return meter with
        {
            Past = past.IsEmpty ? null : past,
            Used = after,
            // For a standing level too: whoever opens the next period covers it anew.
            LimitUsed = 0,
            Rollover = meter.Terms.Limit is null ? 0 : carried,
            RolloverUsed = 0,
            Overage = 0,
            Cost = 0,
            Priced = null,
            // What still stands was charged when it came, or came without a price: only a rise beyond it is new.
            PricedTo = after,
            TiersEntered = 0,
            LevelsSignalled = 0,
            OverageSignalled = false,
            Grants = GrantTimeline.EnterPeriod(meter),
            EndedGrants = GrantTimeline.ForgetUse(meter.EndedGrants),
            ForgottenUsed = 0,
            Suspended = meter.Suspended && !meter.ResumesNextPeriod,
        };
    }

    // The periods in between come to what they would have come to had each been closed in its time. Those in which late use may still
    // count are passed one by one, the others in one step, however many.
    private static MeterState PassEmptyPeriods(MeterState meter, Change change, int now, int count)
    {
        var schedule = meter.Schedule;
        var kept = 0;
        while (meter.Metric.EndsWithPeriod && kept < Math.Min(count, MeterLimits.ClosedPeriods)
            && schedule.StartOf(now - kept) + change.Rules.LateWindow > change.Now)
        {
            kept++;
        }

        if (count > kept)
        {
            var end = schedule.StartOf(now - kept);
            meter = Pass(meter, change, end, count - kept).Meter;

            // Periods passed in one step are not kept, so no late use may find itself in them.
            meter = meter.Metric.EndsWithPeriod ? ClosedPeriods.Mark(meter, end) : meter;
        }

        for (; kept > 0; kept--)
        {
            var period = new Period(schedule.StartOf(now - kept), schedule.StartOf(now - kept + 1));
            (meter, var closed) = Pass(meter, change, period.End!.Value, 1);
            meter = ClosedPeriods.Keep(meter, change, closed with { Period = period });
        }

        return meter;
    }

    // A standing level takes its part of the allowance of each period.
    private static (MeterState Meter, ClosedPeriod Last) Pass(MeterState meter, Change change, DateTimeOffset end, int count)
    {
        var due = GrantTimeline.Advance(meter, change, end - Tick);
        var cap = due.Terms.RolloverMax ?? 0;
        var gained = (due.Terms.Limit ?? 0) - due.Used;

        // Clamped once and not at each boundary, which comes to the same: each period gains the same, so the sum only rises or only
        // falls.
        var entered = Math.Clamp(due.Rollover + ((count - 1) * gained), 0, cap);
        var left = Math.Max(0, entered + gained);
        var carried = Math.Min(cap, left);
        var last = new ClosedPeriod
        {
            Period = due.Period,
            PlanId = due.PlanId,
            RolledIn = entered,
            Left = left - carried,
            Allowance = Allowance.Total(due with { Rollover = entered }),
            TermsNumber = due.Past?.TermsNumber ?? 0,
        };
        return (GrantTimeline.Cut(due, change) with { Rollover = carried }, last);
    }
}
