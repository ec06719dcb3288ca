namespace Metering;

/// <summary>Where use counts that is told after it happened (rule 10), and what it costs there.</summary>
internal static class Lateness
{
    /// <summary>When a use happened: a clock that runs ahead gains nothing, what is said to happen later happens now.</summary>
    public static DateTimeOffset Moment(Change change, DateTimeOffset? said) => said is { } at && at < change.Now ? at : change.Now;

    /// <summary>Where a use counts: in its own day and period while these are kept, else now, marked late.</summary>
    /// <param name="meter">The meter, brought to now.</param>
    /// <param name="change">The license.</param>
    /// <param name="at">When it happened.</param>
    public static Place PlaceOf(MeterState meter, Change change, DateTimeOffset at)
    {
        if (at >= change.Now)
        {
            return new Place(change.Now, null, false);
        }

        var past = MeterPast.Of(meter);

        // The marks too, because a late window that was raised since opens nothing again that had been closed.
        if (change.Now - at > change.Rules.LateWindow || at < past.ClosedThrough || at < past.DaysClosedThrough)
        {
            return new Place(change.Now, null, true);
        }

        if (IsBeforeFeature(meter, change.Now, at) || IsBeforeUnit(meter, at))
        {
            return new Place(change.Now, null, true);
        }

        // A standing level is one level through all periods; a change of it counts from when it happened.
        if (!meter.Metric.EndsWithPeriod || at >= (past.CountsFrom ?? meter.Period.Start))
        {
            return new Place(at, null, false);
        }

        for (var i = past.Periods.Length - 1; i >= 0; i--)
        {
            if (past.Periods[i].Counts(at))
            {
                return new Place(at, past.Periods[i], false);
            }
        }

        // No period that is kept counts it: the meter began later, or more have passed than are kept.
        return new Place(change.Now, null, true);
    }

    // From before the license had the feature: no report goes back to then, and no bill by days. A clock that was ahead may have given it
    // the feature in the future; that says nothing of today's use.
    private static bool IsBeforeFeature(MeterState meter, DateTimeOffset now, DateTimeOffset at) =>
        meter.Spans is [var first, ..] && first.From <= now
        && DateOnly.FromDateTime(at.UtcDateTime) < DateOnly.FromDateTime(first.From.UtcDateTime);

    // From before prices changed their unit, where the period has no end: it would cost what the terms say now, and its day is on a line in
    // the unit of before.
    private static bool IsBeforeUnit(MeterState meter, DateTimeOffset at) =>
        meter.Endless is [.., var earlier, var last] && earlier.Until == last.From && earlier.PriceUnit != last.PriceUnit
        && at < last.From;

    /// <summary>The price of use of a closed period, as it would have been in time: by its terms, from where its tiers began.</summary>
    public static Price Price(MeterState meter, ClosedPeriod closed, decimal amount)
    {
        var terms = MeterPast.TermsOf(meter, closed);
        var then = meter with { Terms = terms, TiersEntered = closed.TiersEntered };
        return Pricing.Rise(then, TierTable.For(terms, closed.Allowance), StretchOf(closed, amount));
    }

    /// <summary>Counts use of a closed period: what that period left covers it, the rest is its overage.</summary>
    public static Answer Count(Change change, MeterState meter, ClosedPeriod closed, in CountedUse counted)
    {
        var price = counted.Price ?? default;
        var (_, covered, _, over) = StretchOf(closed, counted.Delta);

        // In the unit of that time: prices may be in another one now.
        var unit = MeterPast.TermsOf(meter, closed).PriceUnit;
        var balance = Credit.Draw(change, unit, price.Cost);
        var after = closed with
        {
            Used = closed.Used + counted.Delta,
            Overage = closed.Overage + over,
            Cost = closed.Cost + price.Cost,
            Priced = PeriodLines.Add(closed.Priced, price, balance, change.State),
            Left = Math.Max(0, closed.Left - covered),
            TiersEntered = price.TiersEntered,
        };
        var user = Days.NameOf(counted.Use.UserId, meter, counted.At, change);
        var before = meter;
        meter = meter with
        {
            Days = Days.Count(meter, counted.At, counted.Delta, counted.Delta, over, price.Cost, user),
            Past = meter.Past! with { Periods = meter.Past.Periods.Replace(closed, after) },
        };
        meter = Days.Bound(meter, before, change);
        change.Log(counted.Entry(closed.Used, after.Used, closed.Period, over, price, balance, user));

        // No level is told, for those are of the open period, in which nothing has changed.
        Credit.Signal(change, unit);
        change.Put(meter);
        return UsageAnswer.Of(change, meter, TierTable.For(meter), counted.Given, price.Cost);
    }

    // Where units of a closed period lie on the line of its tiers: what was left of its allowance, then beyond its end.
    private static Stretch StretchOf(ClosedPeriod closed, decimal amount)
    {
        if (closed.Allowance is not { } allowance)
        {
            return new(closed.Used, amount, 0, 0);
        }

        var covered = Math.Min(amount, closed.Left);
        return new(closed.Used - closed.Overage, covered, allowance + closed.Overage, amount - covered);
    }
}

/// <summary>Where a use counts.</summary>
/// <param name="At">From when it counts: when it happened, or now.</param>
/// <param name="Closed">The closed period in which it counts; null: the open one.</param>
/// <param name="Late">Whether it came too late to count where it happened.</param>
internal readonly record struct Place(DateTimeOffset At, ClosedPeriod? Closed, bool Late);
