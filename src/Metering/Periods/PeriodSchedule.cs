using NodaTime;

namespace Metering;

/// <summary>
/// The periods of a meter, counted from an anchor in a time zone (rule 3). Every boundary is computed from the anchor, never
/// from the boundary before it, so they do not drift: anchored on 31 January, months begin on 28 or 29 February, 31 March, 30 April.
/// </summary>
/// <param name="Interval">The length of a period.</param>
/// <param name="Anchor">An instant at which a period begins, UTC.</param>
/// <param name="TimeZone">IANA name of the zone in whose local time days, weeks, months and years are counted; null for UTC.</param>
public sealed record PeriodSchedule(Interval Interval, DateTimeOffset Anchor, string? TimeZone)
{
    /// <summary>The calendar's anchor: 1 January 2001 was a Monday, so days, weeks, months and years all begin there.</summary>
    private static readonly LocalDateTime CalendarStart = new(2001, 1, 1, 0, 0);

    /// <summary>The schedule whose periods begin at local midnight, on Mondays, on the first of a month or of a year.</summary>
    public static PeriodSchedule Calendar(Interval interval, string? timeZone) =>
        new(interval, ToInstant(CalendarStart, Zone(timeZone)), timeZone);

    /// <summary>Whether a time zone name is known.</summary>
    public static bool KnowsZone(string timeZone) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone) is not null;

    /// <summary>The period in which an instant lies, in constant time however far it is from the anchor.</summary>
    public Period At(DateTimeOffset instant)
    {
        if (Interval == Interval.None)
        {
            return new Period(Anchor, null);
        }

        var index = IndexAt(instant);
        return new Period(StartOf(index), StartOf(index + 1));
    }

    /// <summary>The number of the period in which an instant lies: 0 begins at the anchor. Always 0 where periods do not end.</summary>
    public int IndexAt(DateTimeOffset instant)
    {
        if (Interval == Interval.None)
        {
            return 0;
        }

        var zone = Zone(TimeZone);

        // Estimated by dates alone; times of day, short months and clock changes can make it miss by a step, which the loops put right.
        var index = Estimate(instant, zone);
        while (StartOf(index) > instant)
        {
            index--;
        }

        while (StartOf(index + 1) <= instant)
        {
            index++;
        }

        return index;
    }

    /// <summary>When the period with a number begins, UTC.</summary>
    public DateTimeOffset StartOf(int index)
    {
        if (Interval is Interval.None or Interval.Hour)
        {
            return Interval == Interval.None ? Anchor : Anchor.AddHours(index);
        }

        var zone = Zone(TimeZone);
        var anchor = Local(Anchor, zone);
        return ToInstant(
            Interval switch
            {
                Interval.Day => anchor.PlusDays(index),
                Interval.Week => anchor.PlusWeeks(index),
                Interval.Month => anchor.PlusMonths(index),
                _ => anchor.PlusYears(index),
            },
            zone);
    }

    private int Estimate(DateTimeOffset instant, DateTimeZone zone)
    {
        if (Interval == Interval.Hour)
        {
            // Times lie between the years 1970 and 9000: some 60 million hours, which an int holds.
            return (int)Math.Floor((instant - Anchor).TotalHours);
        }

        var anchor = Local(Anchor, zone);
        var local = Local(instant, zone);
        return Interval switch
        {
            Interval.Day => NodaTime.Period.DaysBetween(anchor.Date, local.Date),
            Interval.Week => NodaTime.Period.DaysBetween(anchor.Date, local.Date) / 7,
            Interval.Month => ((local.Year - anchor.Year) * 12) + local.Month - anchor.Month,
            _ => local.Year - anchor.Year,
        };
    }

    // An unknown name throws: names are looked up where they come in (KnowsZone), so one that fails here is a bug.
    private static DateTimeZone Zone(string? name) => name is null ? DateTimeZone.Utc : DateTimeZoneProviders.Tzdb[name];

    private static LocalDateTime Local(DateTimeOffset instant, DateTimeZone zone) =>
        Instant.FromDateTimeOffset(instant).InZone(zone).LocalDateTime;

    // A local time that daylight saving skips begins when the clock has moved on; one that it repeats begins the first time.
    private static DateTimeOffset ToInstant(LocalDateTime local, DateTimeZone zone) =>
        local.InZoneLeniently(zone).ToInstant().ToDateTimeOffset();
}
