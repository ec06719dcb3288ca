namespace Metering;

/// <summary>
/// How a standing level's overage moves without use. Such a level is covered anew when its allowance changes, so its overage is always the
/// part of it that lies beyond the allowance now; overage of use that is spent stays as it was counted.
/// </summary>
/// <remarks>
/// Each move has an entry and counts in its day, as use does. So the overage of all entries, or of all rollups, adds up to the meter's.
/// </remarks>
internal static class MovedOverage
{
    private const string CoveredAnew = "covered anew";

    /// <summary>By how much overage moved between two states of a meter between which nothing was used.</summary>
    /// <param name="before">The meter before; null where it is fresh.</param>
    /// <param name="after">The meter after.</param>
    public static decimal Between(MeterState? before, MeterState after) =>
        before is not null && after.Metric.IsStandingLevel ? after.Overage - before.Overage : 0;

    /// <summary>Tells what moved, if anything did: logs it and counts it.</summary>
    /// <param name="before">The meter before its allowance changed.</param>
    /// <param name="after">The meter after.</param>
    /// <param name="change">The license.</param>
    /// <param name="byTime">Whether time brought it about, and no request.</param>
    public static MeterState Tell(MeterState before, MeterState after, Change change, bool byTime = false)
    {
        if (Between(before, after) == 0)
        {
            return after;
        }

        change.Log(Entry(before, after, change, CoveredAnew), byTime);
        return Days.Bound(Count(before, after, change), before, change);
    }

    /// <summary>The entry of changed terms, with what they moved of overage.</summary>
    // An entry of its own also where a grant or a period moved it: their entries hold other numbers, which are not use of a day.
    public static LedgerEntry Entry(MeterState? before, MeterState after, Change change, string detail)
    {
        var moved = Between(before, after);
        return new LedgerEntry
        {
            Kind = EntryKind.FeatureChanged,
            FeatureCode = after.Feature.Code,
            Before = after.Used,
            After = after.Used,
            Overage = moved,
            Period = after.Period,
            Day = moved == 0 ? null : change.Today,
            Detail = detail,
        };
    }

    /// <summary>The meter with what moved counted in today's rollup.</summary>
    public static MeterState Count(MeterState before, MeterState after, Change change) => Between(before, after) is var moved && moved != 0
        ? after with { Days = Days.Count(after, change.Now, 0, null, moved, 0, null) }
        : after;
}
