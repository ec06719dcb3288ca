namespace Metering;

/// <summary>A meter as it stood, and as it stands on other terms.</summary>
/// <param name="Before">The meter before; null where it is fresh.</param>
/// <param name="After">The meter on the new terms.</param>
internal readonly record struct TermsChange(MeterState? Before, MeterState After)
{
    /// <summary>Whether it moved a standing level's overage.</summary>
    public bool MovesOverage => MovedOverage.Between(Before, After) != 0;

    /// <summary>
    /// Brings a meter to other terms: use stays as it was counted, and what was covered stays covered. Only a standing level is covered
    /// anew.
    /// </summary>
    /// <remarks>
    /// A feature whose kind or metric type has changed is another one: its readings would mean something else, so it starts anew, as
    /// after a reset. What it had cost stays billed.
    /// </remarks>
    public static TermsChange To(Change change, Feature feature, Terms terms, string? planId)
    {
        var schedule = terms.Reset.ScheduleFor(change.State.Anchor, change.State.TimeZone);
        var known = change.State.FindMeter(feature.Code);
        if (known is null || known.Feature.Kind != feature.Kind || known.Feature.Metric != feature.Metric)
        {
            // As in a new period, the level at which a new meter stands was not crossed.
            known = known is null ? null : Ended(known, change);
            var fresh = new MeterState
            {
                Feature = feature,
                Terms = terms,
                PlanId = planId,
                Schedule = schedule,
                Period = schedule.At(change.Now),
                Spans = FeatureSpan.Begin(known?.Spans ?? [], change.Now),
                Days = known?.Days ?? [],
                Held = known?.Held ?? 0,
                Past = known is null ? null : PastOf(known, change),
            };
            fresh = fresh with { Endless = EndlessSpan.New(known, fresh, change) };
            return feature.Kind == FeatureKind.Boolean
                ? new TermsChange(null, fresh)
                : new TermsChange(null, fresh with { Level = Levels.Of(fresh, TierTable.For(fresh)) });
        }

        var before = Timeline.Advance(known, change);
        var sameReset = known.Terms.Reset == terms.Reset;
        var meter = before with
        {
            Feature = feature,
            Terms = terms,
            PlanId = planId,
            Assigned = true,
            Spans = FeatureSpan.Begin(before.Spans, change.Now),
            // An operator's reset may have moved the anchor of the schedule, so it stays where the terms' reset is the same.
            Schedule = sameReset ? before.Schedule : schedule,
            Period = sameReset ? before.Period : schedule.At(change.Now),
        };
        if (terms.PriceUnit != before.Terms.PriceUnit)
        {
            // What was charged so far stays charged in its own unit, and leaves as a part of the period (Told). So nothing of it is given
            // back, or told, in the new one.
            meter = meter with { Cost = 0, Priced = null };
        }

        meter = meter with { Endless = EndlessSpan.Changed(before, meter, change) };
        meter = Allowance.CoverAnew(ClosedPeriods.ChangeTerms(meter, before, change));
        var tiers = TierTable.For(meter);
        meter = Gcra.Adopt(meter, tiers, change.Now);

        // Of tiers that are new, those in which use lies count as entered: a base price is for what is used from now on.
        var sameTiers = terms.Tiers.AsSpan().SequenceEqual(known.Terms.Tiers.AsSpan());
        var entered = sameTiers ? before.TiersEntered : Pricing.Entered(meter, tiers) | Pricing.StillEntered(before, terms.Tiers);
        meter = MovedOverage.Count(before, meter with { TiersEntered = entered }, change);
        return new TermsChange(before, Days.Bound(meter, before, change));
    }

    // The meter of the other feature at its end: its period is closed as an operator's reset would close it, and no late use comes to it
    // any more, so that all of its periods leave their records.
    private static MeterState Ended(MeterState meter, Change change)
    {
        if (meter.Feature.Kind != FeatureKind.Metered)
        {
            return meter;
        }

        meter = Timeline.Advance(meter, change);
        var used = meter.Used;
        meter = PeriodClose.Close(meter, change, change.Now, "another kind");
        foreach (var closed in MeterPast.Of(meter).Periods)
        {
            change.Close(meter, closed);
        }

        return meter.Metric.Reset(meter, used, change.Now);
    }

    // The days go on, because both have the same code; what happened before the change counts now, and is marked late.
    private static MeterPast PastOf(MeterState ended, Change change) => new()
    {
        CountsFrom = change.Now,
        BegunByReset = change.NextSequence,
        ClosedThrough = change.Now,
        DaysClosedThrough = ended.Past?.DaysClosedThrough,
    };

    /// <summary>The meter of a feature that is taken away. What was counted stays, so that giving it back resets nothing.</summary>
    public static MeterState Remove(MeterState meter, Change change) =>
        meter with { Assigned = false, Spans = FeatureSpan.End(meter.Spans, change.Now) };

    /// <summary>Puts the meter into the state, with evidence and with what its level signals.</summary>
    public Done Put(Change change, string detail)
    {
        Log(change, detail);
        change.Put(Told(change));
        return new Done(change.State.Sequence);
    }

    /// <summary>Logs the change, with what it moved of a standing level's overage.</summary>
    public void Log(Change change, string detail) => change.Log(MovedOverage.Entry(Before, After, change, detail));

    /// <summary>
    /// The meter, once what comes with its terms is told, under the last entry: what was charged in another unit, and its level. A fresh
    /// one had no level before, and a boolean one has none at all.
    /// </summary>
    public MeterState Told(Change change)
    {
        if (Before is not { } before || After.Feature.Kind != FeatureKind.Metered)
        {
            return After;
        }

        if (before.Terms.PriceUnit != After.Terms.PriceUnit)
        {
            change.Leave(FeaturePeriod.PartOf(before, change.Now, change.State.Sequence));
        }

        return Levels.AfterChange(before, After, change);
    }
}
