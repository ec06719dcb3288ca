using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Grants;

[Rule(3)]
public sealed class RolloverTests
{
    [Fact]
    public void What_is_left_rolls_over_up_to_the_cap()
    {
        var world = new World(Limit(100, Interval.Month) with { RolloverMax = 30 });
        world.Use(50);
        Assert.Equal(130, world.WaitUntil("2026-02-01").See().Allowance);
        world.Use(95);
        Assert.Equal(130, world.WaitUntil("2026-03-01").See().Allowance);
        world.Use(125);
        Assert.Equal(105, world.WaitUntil("2026-04-01").See().Allowance);
    }

    [Fact]
    public void Without_a_cap_nothing_rolls_over()
    {
        var world = new World(Limit(100, Interval.Month));
        Assert.Equal(100, world.WaitUntil("2026-02-01").See().Allowance);
    }

    [Fact]
    public void The_limit_burns_before_what_rolled_over()
    {
        var world = new World(Limit(100, Interval.Month) with { RolloverMax = 30 });
        world.WaitUntil("2026-02-01").Use(110);
        Assert.Equal((100m, 10m), (world.Meter.LimitUsed, world.Meter.RolloverUsed));
        world.Refuse(RefusalCode.QuotaExceeded, 21);
        world.Use(20);
    }

    [Fact]
    public void Empty_periods_gather_up_to_the_cap()
    {
        var world = new World(Limit(10, Interval.Month) with { RolloverMax = 25 });
        world.Use(8);
        Assert.Equal(10 + 2, world.WaitUntil("2026-02-01").See().Allowance);
        Assert.Equal(10 + 12, world.WaitUntil("2026-03-01").See().Allowance);
        Assert.Equal(10 + 22, world.WaitUntil("2026-04-01").See().Allowance);
        Assert.Equal(10 + 25, world.WaitUntil("2026-05-01").See().Allowance);
        Assert.Equal(10 + 25, world.WaitUntil("2126-05-01").See().Allowance);
    }

    [Fact]
    public void A_standing_level_takes_its_part_of_every_period_that_passes()
    {
        var world = new World(Limit(10, Interval.Month) with { RolloverMax = 100 }, MetricType.Gauge);
        world.Use(7);
        Assert.Equal(10 + 3, world.WaitUntil("2026-02-01").See().Allowance);
        Assert.Equal(10 + 9, world.WaitUntil("2026-04-01").See().Allowance);
    }

    [Fact]
    public void A_standing_level_above_the_limit_uses_up_what_rolled_over()
    {
        var world = new World(Limit(10, Interval.Month) with { RolloverMax = 30 }, MetricType.Gauge);
        world.WaitUntil("2026-07-01").Use(20);
        Assert.Equal(0, world.See().Overage);
        Assert.Equal(40, world.See().Allowance);
        Assert.Equal(30, world.WaitUntil("2026-08-01").See().Allowance);
        Assert.Equal(20, world.WaitUntil("2026-09-01").See().Allowance);
        Assert.Equal((10m, 10m), (world.WaitUntil("2026-12-01").See().Overage, world.See().Allowance));
    }

    [Fact]
    public void Overage_rolls_nothing_over()
    {
        var world = new World(Limit(10, Interval.Month, Policy.AllowWithOverage) with { RolloverMax = 30 });
        world.Use(15);
        Assert.Equal(10, world.WaitUntil("2026-02-01").See().Allowance);
    }
}
