using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Support;

namespace Metering.Tests.Periods;

/// <summary>Periods cover all time without gap or overlap, and their boundaries never drift (rule 3).</summary>
[Rule(3)]
public sealed class PeriodProperties
{
    private const int Cases = 400;

    private static readonly string?[] Zones =
        [null, "Europe/Berlin", "America/Sao_Paulo", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia",
            "Africa/Cairo"];

    private static Gen<(PeriodSchedule Schedule, DateTimeOffset At)> Any =>
        from interval in Gen.Elements(Interval.Hour, Interval.Day, Interval.Week, Interval.Month, Interval.Year)
        from zone in Gen.Elements(Zones)
        from anchor in Gen.Choose(0, 60 * 24 * 365 * 12)
        from offset in Gen.Choose(-60 * 24 * 365, 60 * 24 * 365)
        from scale in Gen.Elements(1, 1, 10, 100)
        select (
            new PeriodSchedule(interval, World.Begin.AddYears(-10).AddMinutes(anchor), zone),
            World.Begin.AddMinutes((double)offset * scale / 10));

    [Fact]
    public void Every_instant_lies_in_the_period_that_is_named() => Samples.Check("instants", Cases, Any, sample =>
    {
        var period = sample.Schedule.At(sample.At);
        Assert.True(period.Contains(sample.At));
        var index = sample.Schedule.IndexAt(sample.At);
        Assert.Equal(period.Start, sample.Schedule.StartOf(index));
        Assert.Equal(index, sample.Schedule.IndexAt(period.End!.Value.AddTicks(-1)));
    });

    [Fact]
    public void A_period_ends_where_the_next_begins() => Samples.Check("chain", Cases, Any, sample =>
    {
        var period = sample.Schedule.At(sample.At);
        for (var i = 0; i < 20; i++)
        {
            var next = sample.Schedule.At(period.End!.Value);
            Assert.Equal(period.End, next.Start);
            Assert.True(next.End > next.Start);
            period = next;
        }
    });

    [Fact]
    public void Stepping_from_boundary_to_boundary_comes_to_the_same_as_counting_from_the_anchor() =>
        Samples.Check("drift", Cases, Any, sample =>
    {
        var first = sample.Schedule.IndexAt(sample.At);
        var boundary = sample.Schedule.StartOf(first);
        for (var i = 1; i <= 30; i++)
        {
            boundary = sample.Schedule.At(boundary).End!.Value;
            Assert.Equal(sample.Schedule.StartOf(sample.Schedule.IndexAt(boundary)), boundary);
        }
    });

    [Fact]
    public void A_month_begins_on_the_anchors_day_or_on_the_last_of_a_shorter_month() => Samples.Check("months", Cases, Any, sample =>
    {
        // In UTC, where every local time there is exists once.
        var schedule = sample.Schedule with { Interval = Interval.Month, TimeZone = null };
        var start = schedule.At(sample.At).Start;
        Assert.Equal(Math.Min(schedule.Anchor.Day, DateTime.DaysInMonth(start.Year, start.Month)), start.Day);
        Assert.Equal(schedule.Anchor.TimeOfDay, start.TimeOfDay);
    });
}
