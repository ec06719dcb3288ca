using Metering.Conformance.Client;

namespace Metering.Conformance.Meters;

[Rule(3)]
public sealed class PeriodTests : ClockTest
{
    [ClockFact]
    public async Task Months_anchored_on_the_31st_end_on_the_last_day_of_shorter_months_and_never_drift()
    {
        var year = (await Meter.Now()).Year + 1;
        var license = await Meter.License(new { limit = 10, reset = "month" }, with: new { anchor = Meter.Text(Utc(year - 1, 12, 31, 8)) });
        var february = DateTime.DaysInMonth(year, 2);

        foreach (var (now, start, end) in new[]
        {
            (Utc(year, 1, 15), Utc(year - 1, 12, 31, 8), Utc(year, 1, 31, 8)),
            (Utc(year, 2, 15), Utc(year, 1, 31, 8), Utc(year, 2, february, 8)),
            (Utc(year, 3, 15), Utc(year, 2, february, 8), Utc(year, 3, 31, 8)),
            (Utc(year, 4, 15), Utc(year, 3, 31, 8), Utc(year, 4, 30, 8)),
            (Utc(year, 5, 15), Utc(year, 4, 30, 8), Utc(year, 5, 31, 8)),
        })
        {
            await MoveTo(now);
            await license.Consume().Is(200).Has("used", 1).Has("period.start", start).Has("period.end", end).Has("resets_at", end);
        }
    }

    [ClockFact]
    public async Task Calendar_days_follow_local_midnight_through_daylight_saving_changes()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var year = (await Meter.Now()).Year + 1;
        var license = await Meter.License(
            new { limit = 10, reset = new { interval = "day", anchor = "calendar", time_zone = "Europe/Berlin" } });
        var spring = LastSunday(year, 3);
        var autumn = LastSunday(year, 10);

        foreach (var (day, hours) in
            new[] { (spring.AddDays(-1), 24), (spring, 23), (spring.AddDays(1), 24), (autumn, 25), (autumn.AddDays(1), 24) })
        {
            var start = TimeZoneInfo.ConvertTimeToUtc(day, zone);
            await MoveTo(new DateTimeOffset(start, TimeSpan.Zero).AddHours(12));
            var reply = await license.Consume().Is(200).Has("used", 1).Has("period.start", new DateTimeOffset(start, TimeSpan.Zero));
            Assert.Equal(hours, (reply.Time("period.end") - reply.Time("period.start")).TotalHours);
        }
    }

    [ClockFact]
    public async Task Months_in_a_time_zone_begin_at_local_midnight_of_the_first()
    {
        var year = (await Meter.Now()).Year + 1;
        var license = await Meter.License(
            new { limit = 10, reset = new { interval = "month", anchor = "calendar", time_zone = "Europe/Berlin" } });

        await MoveTo(Utc(year, 3, 31, 21, 59));
        await license.Consume().Is(200).Has("period.start", Utc(year, 2, DateTime.DaysInMonth(year, 2), 23))
            .Has("period.end", Utc(year, 3, 31, 22));

        await MoveTo(Utc(year, 3, 31, 22));
        await license.Consume().Is(200).Has("used", 1).Has("period.start", Utc(year, 3, 31, 22)).Has("period.end", Utc(year, 4, 30, 22));
    }

    [ClockFact]
    public async Task The_licenses_own_time_zone_holds_where_the_terms_name_none()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(
            new { limit = 10, reset = new { interval = "day", anchor = "calendar" } }, with: new { time_zone = "Asia/Tokyo" });

        var day = new DateTimeOffset(noon.UtcDateTime.Date, TimeSpan.Zero);
        await license.Check().Has("period.start", day.AddHours(-9)).Has("period.end", day.AddHours(15));
    }

    [ClockFact]
    public async Task Every_interval_lasts_as_long_as_its_name_says()
    {
        var noon = await MoveToNoon();
        foreach (var (interval, end) in new[]
        {
            ("hour", noon.AddHours(1)), ("day", noon.AddDays(1)), ("week", noon.AddDays(7)), (
                "month", noon.AddMonths(1)), ("year", noon.AddYears(1)),
        })
        {
            var license = await Meter.License(new { limit = 10, reset = interval }, with: new { anchor = Meter.Text(noon) });
            await license.Check().Has("period.start", noon).Has("period.end", end).Has("resets_at", end);
        }
    }

    [ClockFact]
    public async Task Calendar_weeks_begin_on_monday()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = new { interval = "week", anchor = "calendar" } });

        var reply = await license.Check();

        var start = reply.Time("period.start");
        Assert.Equal(DayOfWeek.Monday, start.DayOfWeek);
        Assert.Equal(TimeSpan.Zero, start.TimeOfDay);
        Assert.InRange(noon, start, start.AddDays(7));
        reply.Has("period.end", start.AddDays(7));
    }

    [ClockFact]
    public async Task An_anchor_of_the_terms_own_is_kept()
    {
        var noon = await MoveToNoon();
        var anchor = noon.AddDays(-40).AddMinutes(17);
        var license = await Meter.License(new { limit = 10, reset = new { interval = "day", anchor = Meter.Text(anchor) } });

        await license.Check().Has("period.start", noon.AddDays(-1).AddMinutes(17)).Has("period.end", noon.AddMinutes(17));
    }

    [ClockFact]
    public async Task Without_an_anchor_periods_are_counted_from_the_licenses_creation()
    {
        var noon = await MoveToNoon();
        var license = await Meter.License(new { limit = 10, reset = "day" });

        var start = (await license.Check()).Time("period.start");

        Assert.InRange(start, noon, noon.AddMinutes(5));
        await Advance("P3DT1H");
        await license.Check().Has("period.start", start.AddDays(3)).Has("period.end", start.AddDays(4));
    }

    [ClockFact]
    public async Task Without_a_reset_the_period_never_ends()
    {
        await MoveToNoon();
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(4).Is(200).Has("resets_at", null);

        await Advance("P400D");

        await license.Consume(4).Is(200).Has("used", 8).Has("resets_at", null);
    }

    private static DateTime LastSunday(int year, int month)
    {
        var last = new DateTime(year, month, DateTime.DaysInMonth(year, month));
        return last.AddDays(-(int)last.DayOfWeek);
    }
}
