using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Periods;

[Rule(3)]
public sealed class PeriodScheduleTests
{
    [Theory]
    [InlineData("2026-01-31", "2026-02-15", "2026-01-31", "2026-02-28")]
    [InlineData("2026-01-31", "2026-03-01", "2026-02-28", "2026-03-31")]
    [InlineData("2026-01-31", "2026-04-15", "2026-03-31", "2026-04-30")]
    [InlineData("2026-01-31", "2028-02-29", "2028-02-29", "2028-03-31")]
    [InlineData("2026-01-30", "2026-02-28", "2026-02-28", "2026-03-30")]
    [InlineData("2026-01-29", "2028-02-28", "2028-01-29", "2028-02-29")]
    [InlineData("2026-01-29", "2027-02-28", "2027-02-28", "2027-03-29")]
    [InlineData("2026-05-15T13:45:00Z", "2026-06-15T13:44:59Z", "2026-05-15T13:45:00Z", "2026-06-15T13:45:00Z")]
    public void Months_are_counted_from_the_anchors_day(string anchor, string at, string start, string end) =>
        Lies(new PeriodSchedule(Interval.Month, At(anchor), null), at, start, end);

    [Theory]
    [InlineData("2024-02-29", "2025-06-01", "2025-02-28", "2026-02-28")]
    [InlineData("2024-02-29", "2028-03-01", "2028-02-29", "2029-02-28")]
    [InlineData("2024-02-29", "2024-02-28", "2023-02-28", "2024-02-29")]
    public void Years_from_a_leap_day_return_to_it(string anchor, string at, string start, string end) =>
        Lies(new PeriodSchedule(Interval.Year, At(anchor), null), at, start, end);

    [Theory]
    [InlineData(Interval.Hour, "2026-03-04T05:59:59.999Z", "2026-03-04T05:00:00Z", "2026-03-04T06:00:00Z")]
    [InlineData(Interval.Day, "2026-03-04T05:30:00Z", "2026-03-04", "2026-03-05")]
    [InlineData(Interval.Week, "2026-03-04T05:30:00Z", "2026-03-02", "2026-03-09")]
    [InlineData(Interval.Month, "2026-03-04T05:30:00Z", "2026-03-01", "2026-04-01")]
    [InlineData(Interval.Year, "2026-03-04T05:30:00Z", "2026-01-01", "2027-01-01")]
    public void The_calendar_begins_at_midnight_on_mondays_on_the_first(Interval interval, string at, string start, string end) =>
        Lies(PeriodSchedule.Calendar(interval, null), at, start, end);

    [Theory]
    [InlineData("2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")]
    [InlineData("2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")]
    [InlineData("2026-07-01T00:00:00Z", "2026-06-30T22:00:00Z", "2026-07-01T22:00:00Z")]
    public void Days_in_berlin_follow_local_midnight_through_daylight_saving(string at, string start, string end) =>
        Lies(PeriodSchedule.Calendar(Interval.Day, "Europe/Berlin"), at, start, end);

    [Fact]
    public void Months_in_berlin_begin_at_local_midnight() =>
        Lies(PeriodSchedule.Calendar(Interval.Month, "Europe/Berlin"), "2026-04-15", "2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z");

    [Theory]
    [InlineData("2018-11-04T02:59:59Z", "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z")]
    [InlineData("2018-11-04T03:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z")]
    public void Where_daylight_saving_skips_midnight_the_day_begins_when_the_clock_has_moved_on(string at, string start, string end) =>
        Lies(PeriodSchedule.Calendar(Interval.Day, "America/Sao_Paulo"), at, start, end);

    [Fact]
    public void A_local_time_that_comes_twice_begins_the_first_time() =>
        Lies(
            new PeriodSchedule(Interval.Day, At("2026-10-01T00:30:00Z"), "Europe/Berlin"),
            "2026-10-25T01:00:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-26T01:30:00Z");

    [Fact]
    public void Hours_are_elapsed_time_also_when_clocks_change()
    {
        var schedule = PeriodSchedule.Calendar(Interval.Hour, "Europe/Berlin");
        for (var at = At("2026-10-24T22:00:00Z"); at < At("2026-10-26"); at = at.AddHours(1))
        {
            Assert.Equal(new Period(at, at.AddHours(1)), schedule.At(at));
        }
    }

    [Fact]
    public void Before_the_anchor_periods_are_counted_backwards() =>
        Lies(new PeriodSchedule(Interval.Month, At("2026-01-31"), null), "2025-03-15", "2025-02-28", "2025-03-31");

    [Fact]
    public void Without_an_interval_there_is_one_period_that_never_ends()
    {
        var schedule = new PeriodSchedule(Interval.None, At("2026-01-31"), null);
        Assert.Equal(new Period(At("2026-01-31"), null), schedule.At(At("2900-01-01")));
        Assert.Equal(0, schedule.IndexAt(At("2900-01-01")));
    }

    [Theory]
    [InlineData(Interval.Hour)]
    [InlineData(Interval.Day)]
    [InlineData(Interval.Week)]
    [InlineData(Interval.Month)]
    [InlineData(Interval.Year)]
    public void The_far_future_is_found_as_the_next_period_is(Interval interval)
    {
        var schedule = new PeriodSchedule(interval, At("2026-01-31T10:15:00Z"), "Europe/Berlin");
        var far = At("8999-07-15T12:00:00Z");
        Assert.True(schedule.At(far).Contains(far));
    }

    [Fact]
    public void Only_zones_that_there_are_are_known()
    {
        Assert.True(PeriodSchedule.KnowsZone("Europe/Berlin"));
        Assert.False(PeriodSchedule.KnowsZone("Europe/Atlantis"));
    }

    [Fact]
    public void Terms_take_the_licenses_anchor_and_zone_unless_they_have_their_own()
    {
        var anchor = At("2026-01-31");
        Assert.Equal(
            new PeriodSchedule(Interval.Month, anchor, "Asia/Kolkata"),
            new Reset { Interval = Interval.Month }.ScheduleFor(anchor, "Asia/Kolkata"));
        var own = new Reset { Interval = Interval.Week, Anchor = AnchorKind.At, AnchorAt = At("2026-02-04"), TimeZone = "Europe/Berlin" };
        Assert.Equal(new PeriodSchedule(Interval.Week, At("2026-02-04"), "Europe/Berlin"), own.ScheduleFor(anchor, "Asia/Kolkata"));
        var calendar = new Reset { Interval = Interval.Day, Anchor = AnchorKind.Calendar };
        Assert.Equal(PeriodSchedule.Calendar(Interval.Day, "Asia/Kolkata"), calendar.ScheduleFor(anchor, "Asia/Kolkata"));
    }

    private static void Lies(PeriodSchedule schedule, string at, string start, string end) =>
        Assert.Equal(new Period(At(start), At(end)), schedule.At(At(at)));
}
