using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Evidence;

[Rule(9)]
public sealed class RollupTests
{
    [Fact]
    public void A_day_counts_sums_and_remembers_its_extremes()
    {
        var world = new World(Limit(10, over: Policy.AllowWithOverage));
        world.Use(4);
        world.Use(1);
        world.Use(7);
        var day = Assert.Single(world.Meter.Days);
        Assert.Equal((3L, 12m, 1m, 7m, 7m, 2m), (day.Count, day.Sum, day.Min, day.Max, day.Last, day.Overage));
    }

    [Fact]
    public void Use_is_told_by_user()
    {
        var world = new World(Limit(null));
        world.Use(4, user: "ann");
        world.Use(1, user: "bob");
        world.Use(2, user: "ann");
        world.Use(100);
        var users = Assert.Single(world.Meter.Days).ByUser!;
        Assert.Equal([("ann", new UserUse(6, 2)), ("bob", new UserUse(1, 1))], users.Select(pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void Users_beyond_the_most_that_are_kept_apart_are_counted_together()
    {
        var world = new World(Limit(null));
        for (var i = 0; i < DayRollup.MaxUsers + 50; i++)
        {
            world.Use(1, user: $"user_{i}");
        }

        world.Use(1, user: "user_0");
        var users = Assert.Single(world.Meter.Days).ByUser!;
        Assert.Equal(DayRollup.MaxUsers + 1, users.Count);
        Assert.Equal(new UserUse(50, 50), users[DayRollup.OtherUsers]);
        Assert.Equal(new UserUse(2, 2), users["user_0"]);
        Assert.Equal(DayRollup.MaxUsers + 51, users.Values.Sum(use => use.Sum));
    }

    [Fact]
    public void Refusals_are_tallied_and_change_no_count()
    {
        var world = new World(Limit(10));
        world.Refuse(RefusalCode.QuotaExceeded, 11);
        world.Refuse(RefusalCode.QuotaExceeded, 12);
        Assert.Equal((2L, 0L, 0m), (world.Meter.Days[0].Refused, world.Meter.Days[0].Count, world.Meter.Days[0].Sum));
    }

    [Fact]
    public void A_correction_counts_in_the_sum_and_is_no_value()
    {
        var world = new World(Limit(10));
        world.Use(8);
        world.WaitUntil("2026-01-02");
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 5 });
        world.Use(3);
        world.Use(4);
        var day = world.Meter.Days[^1];
        Assert.Equal((3L, 1L, 2m, 3m, 4m, 4m), (day.Count, day.Corrections, day.Sum, day.Min, day.Max, day.Last));
    }

    [Fact]
    public void A_levels_values_are_the_levels_at_which_it_stood()
    {
        var world = new World(Limit(100), MetricType.Gauge);
        world.Use(50, key: "a");
        world.Use(20, key: "b");
        world.Use(10, key: "a");
        var day = Assert.Single(world.Meter.Days);
        Assert.Equal((30m, 30m, 70m, 30m), (day.Sum, day.Min, day.Max, day.Last));
    }

    [Fact]
    public void A_late_change_of_a_level_lifts_the_days_after_it()
    {
        var world = new World(Limit(100), MetricType.UpDown);
        world.WaitUntil("2026-01-02T10:00:00Z").Use(6);
        world.WaitUntil("2026-01-03T10:00:00Z").Use(-4);
        world.Use(9);
        world.Record(5, at: At("2026-01-02T12:00:00Z"));
        var day = world.Meter.Days[^1];
        Assert.Equal((11m, 7m, 16m, 16m, false), (day.Opening, day.Min, day.Max, day.Last, day.OutOfOrder));
        Assert.False(world.Meter.Days[0].OutOfOrder);

        // Within a day it lifts a part of it, and how much of it a rollup does not know.
        world.Record(1, at: At("2026-01-03T09:00:00Z"));
        Assert.Equal((17m, true), (world.Meter.Days[^1].Last, world.Meter.Days[^1].OutOfOrder));
    }

    [Fact]
    public void A_day_leaves_the_state_when_late_use_can_no_longer_change_it()
    {
        var world = new World(Limit(null));
        world.WaitUntil("2026-01-01T12:00:00Z").Use(5);
        world.WaitUntil("2026-01-02T23:59:59.999Z").Use(6);
        Assert.Empty(world.ClosedDays);
        world.Record(1, at: At("2026-01-01T23:59:59.999Z"));
        world.WaitUntil("2026-01-03").Use(7);
        var closed = Assert.Single(world.ClosedDays);
        Assert.Equal(
            (Calls, new DateOnly(2026, 1, 1), 6m, 2L), (closed.FeatureCode, closed.Rollup.Day, closed.Rollup.Sum, closed.Rollup.Count));
        Assert.Equal([new DateOnly(2026, 1, 2), new DateOnly(2026, 1, 3)], world.Meter.Days.Select(day => day.Day));
    }

    [Fact]
    public void Days_stay_in_their_order_when_late_use_comes()
    {
        var world = new World(Limit(null));
        world.WaitUntil("2026-01-05T10:00:00Z").Use(1);
        world.Record(1, at: At("2026-01-04T11:00:00Z"));
        world.WaitUntil("2026-01-05T23:30:00Z").Record(1, at: At("2026-01-05T00:00:00Z"));
        Assert.Equal([new DateOnly(2026, 1, 4), new DateOnly(2026, 1, 5)], world.Meter.Days.Select(day => day.Day));
        Assert.Equal([1m, 2m], world.Meter.Days.Select(day => day.Sum));
    }
}
