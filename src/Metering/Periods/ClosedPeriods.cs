namespace Metering;

/// <summary>
/// For how long what a period came to is kept, so that late use counts in its own (rule 10): as long as it may arrive, and
/// <see cref="MeterLimits.ClosedPeriods"/> of them at most.
/// </summary>
internal static class ClosedPeriods
{
    public static MeterState Keep(MeterState meter, Change change, ClosedPeriod closed)
    {
        // A standing level has no closed periods to go back to: it is one level through all of them. Nor can late use lie between two
        // resets of one millisecond.
        if (!meter.Metric.EndsWithPeriod || closed.Period.Start == closed.Period.End)
        {
            change.Close(meter, closed);
            return meter;
        }

        var past = MeterPast.Of(meter);
        return Forget(meter with { Past = past with { Periods = past.Periods.Add(closed) } }, change);
    }

    /// <summary>Forgets the closed periods in which late use can no longer count.</summary>
    public static MeterState Forget(MeterState meter, Change change)
    {
        if (meter.Past is not { Periods: { Length: > 0 } periods })
        {
            return meter;
        }

        var over = Math.Max(0, periods.Length - RoomFor(meter, change));

        // Too many go first, though late use may still come for them: a period of an hour would otherwise keep hundreds.
        while (over < periods.Length && periods[over].Period.End + change.Rules.LateWindow <= change.Now)
        {
            over++;
        }

        return over == 0 ? meter : Forget(meter, over, change);
    }

    // Each meter may keep its last one, however many the others have.
    private static int RoomFor(MeterState meter, Change change)
    {
        var others = 0;
        foreach (var other in change.State.Meters)
        {
            others += other.Feature.Code == meter.Feature.Code ? 0 : other.Past?.Periods.Length ?? 0;
        }

        return Math.Clamp(MeterLimits.LicenseClosedPeriods - others, 1, MeterLimits.ClosedPeriods);
    }

    /// <summary>
    /// Marks periods that ended by an instant as closed for good. A late window that is raised later reaches back no further, so that a
    /// period that has left the state is never begun anew.
    /// </summary>
    public static MeterState Mark(MeterState meter, DateTimeOffset through)
    {
        var past = MeterPast.Of(meter);
        return past.ClosedThrough >= through ? meter : meter with { Past = past with { ClosedThrough = through } };
    }

    /// <summary>Keeps what late use needs to know of the terms that were in effect, when others take their place.</summary>
    /// <param name="meter">The meter on its new terms and schedule.</param>
    /// <param name="before">The meter as it was.</param>
    /// <param name="change">The license.</param>
    public static MeterState ChangeTerms(MeterState meter, MeterState before, Change change)
    {
        var past = MeterPast.Of(before);
        var counts = past.CountsFrom ?? before.Period.Start;
        past = past with { CountsFrom = counts == meter.Period.Start ? null : counts };

        // Terms under which no kept period was closed price no late use, so they need not be kept.
        if (meter.Terms != before.Terms && past.Periods.Any(closed => closed.TermsNumber == past.TermsNumber))
        {
            past = past with
            {
                FormerTerms = past.FormerTerms.Add(new FormerTerms(past.TermsNumber, before.Terms)),
                TermsNumber = past.TermsNumber + 1,
            };
        }

        meter = meter with { Past = past.IsEmpty ? null : past };
        var tiers = change.State.Meters.Sum(other => other.Feature.Code == meter.Feature.Code ? 0 : FormerTiers(other.Past))
            + FormerTiers(past);
        var over = 0;
        while (over < past.FormerTerms.Length
            && (past.FormerTerms.Length - over > MeterLimits.FormerTerms || tiers > MeterLimits.LicenseTiers))
        {
            tiers -= 1 + past.FormerTerms[over].Terms.Tiers.Length;
            over++;
        }

        // A closed period whose terms are no longer kept could not be priced, so it goes with them, and its late use counts now.
        return over > 0
            ? Forget(meter, past.Periods.Count(closed => closed.TermsNumber <= past.FormerTerms[over - 1].Number), change)
            : meter;
    }

    // Terms without tiers take room as well, about as much as a tier.
    private static int FormerTiers(MeterPast? past) => past?.FormerTerms.Sum(former => 1 + former.Terms.Tiers.Length) ?? 0;

    private static MeterState Forget(MeterState meter, int count, Change change)
    {
        var past = meter.Past!;
        for (var i = 0; i < count; i++)
        {
            change.Close(meter, past.Periods[i]);
        }

        meter = Mark(meter, past.Periods[count - 1].Period.End!.Value);
        var kept = past.Periods.RemoveRange(0, count);
        var first = kept.IsEmpty ? past.TermsNumber : kept[0].TermsNumber;
        return meter with
        {
            Past = meter.Past! with { Periods = kept, FormerTerms = past.FormerTerms.RemoveAll(former => former.Number < first) },
        };
    }
}
