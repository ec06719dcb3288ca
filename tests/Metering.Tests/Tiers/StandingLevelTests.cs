using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

/// <summary>How high a gauge or up_down stood over a day: units × seconds in its rollup.</summary>
[Rule(10)]
public sealed class StandingLevelTests
{
    private const decimal Hour = 3600;

    [Fact]
    public void A_days_rollup_holds_the_levels_time_to_its_end()
    {
        var world = new World(Limit(100), MetricType.Gauge);
        world.WaitUntil("2026-01-02T06:00:00Z").Use(10);
        world.WaitUntil("2026-01-02T18:00:00Z").Use(4);
        var day = Assert.Single(world.Meter.Days);
        Assert.Equal((0m, (10 * 12 * Hour) + (4 * 6 * Hour)), (day.Opening, day.UnitSeconds));
    }

    [Fact]
    public void Days_in_which_nothing_happened_are_told_by_the_next_rollups_opening()
    {
        var world = new World(Limit(100), MetricType.UpDown);
        world.WaitUntil("2026-01-02T12:00:00Z").Use(10);
        world.WaitUntil("2026-01-09T12:00:00Z").Use(-3);
        Assert.Equal((new DateOnly(2026, 1, 2), 120 * Hour), (world.ClosedDays[^1].Rollup.Day, world.ClosedDays[^1].Rollup.UnitSeconds));
        var day = Assert.Single(world.Meter.Days);
        Assert.Equal((10m, (120 * Hour) + (84 * Hour)), (day.Opening, day.UnitSeconds));
    }

    [Fact]
    public void A_change_that_arrives_late_counts_from_when_it_happened_in_every_day_since()
    {
        var world = new World(Limit(100), MetricType.UpDown);
        world.WaitUntil("2026-01-02T12:00:00Z").Use(10);
        world.WaitUntil("2026-01-04T06:00:00Z").Use(1);
        world.WaitUntil("2026-01-04T12:00:00Z").Record(2, at: At("2026-01-03T18:00:00Z"));
        Assert.Equal(
            [(3, 10m, (240 * Hour) + (12 * Hour), 12m), (4, 12m, (12 * 24 * Hour) + (18 * Hour), 13m)],
            world.Meter.Days.Select(day => (day.Day.Day, day.Opening, day.UnitSeconds, day.Last)));
    }

    [Fact]
    public void A_reset_ends_the_level_and_a_refusal_leaves_it()
    {
        var world = new World(Limit(10), MetricType.Gauge);
        world.WaitUntil("2026-01-02T12:00:00Z").Use(10);
        world.WaitUntil("2026-01-03T06:00:00Z").Refuse(RefusalCode.QuotaExceeded, 11);
        Assert.Equal((10m, 240 * Hour), (world.Meter.Days[^1].Opening, world.Meter.Days[^1].UnitSeconds));
        world.WaitUntil("2026-01-03T12:00:00Z").Do(new ResetUsage { FeatureCode = Calls });
        Assert.Equal((10m, 120 * Hour, 0L), (world.Meter.Days[^1].Opening, world.Meter.Days[^1].UnitSeconds, world.Meter.Days[^1].Count));
        world.WaitUntil("2026-01-05").Use(1);
        Assert.Equal((0m, 24 * Hour), (world.Meter.Days[^1].Opening, world.Meter.Days[^1].UnitSeconds));
    }

    [Fact]
    public void A_counter_has_no_level_to_integrate()
    {
        var world = new World(Limit(10));
        world.Use(3);
        Assert.Equal((0m, 0m), (world.Meter.Days[0].Opening, world.Meter.Days[0].UnitSeconds));
    }
}
