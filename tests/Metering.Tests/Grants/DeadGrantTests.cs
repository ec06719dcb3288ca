using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Grants;

/// <summary>A correction gives nothing back of what a grant covered that has ended since, or before it was given anew.</summary>
[Rule(5)]
public sealed class DeadGrantTests
{
    [Fact]
    public void What_an_expired_grant_covered_does_not_come_back()
    {
        var world = new World(Limit(100));
        var grant = world.Grant(50, until: "2026-01-10");
        world.Use(150);
        world.WaitUntil("2026-01-11");
        Assert.Equal((130m, 0m), Decrement(world, 20));
        Assert.Equal((30m, 20m), (world.SeeGrant(grant.Id).Used, world.SeeGrant(grant.Id).Lapsed));
        Assert.Equal((90m, 10m), Decrement(world, 40));
    }

    [Fact]
    public void What_a_voided_grant_covered_does_not_come_back()
    {
        var world = new World(Limit(100));
        var grant = world.Grant(50);
        world.Use(150);
        world.Do(new VoidGrant { GrantId = grant.Id });
        Assert.Equal((130m, 0m), Decrement(world, 20));
    }

    [Fact]
    public void What_burnt_last_goes_first_whether_its_grant_lives_or_not()
    {
        var world = new World(Limit(10));
        world.Grant(50, priority: 1, until: "2026-01-10");
        world.Grant(50, priority: 2);
        world.Use(110);
        world.WaitUntil("2026-01-11");
        Assert.Equal((90m, 20m), Decrement(world, 20));
        Assert.Equal((50m, 50m), Decrement(world, 40));
        Assert.Equal((5m, 55m), Decrement(world, 45));
    }

    [Fact]
    public void What_a_weekly_grant_gave_last_week_does_not_come_back_this_week()
    {
        var world = new World(Limit(0, Interval.Month));
        var grant = world.Grant(10, every: Interval.Week);
        world.Use(10);
        world.WaitUntil("2026-01-09");
        Assert.Equal((0m, 10m), Decrement(world, 10));
        Assert.Equal(
            (20m, 0m, 10m, 10m),
            (world.SeeGrant(grant.Id).Granted, world.SeeGrant(grant.Id).Used, world.SeeGrant(grant.Id).Lapsed,
            world.SeeGrant(grant.Id).Remaining));
    }

    [Fact]
    public void Of_a_weekly_grant_this_weeks_part_comes_back_first()
    {
        var world = new World(Limit(0, Interval.Month));
        world.Grant(10, every: Interval.Week);
        world.Use(10);
        world.WaitUntil("2026-01-09").Use(4);
        Assert.Equal((8m, 10m), Decrement(world, 6));
    }

    [Fact]
    public void In_the_next_period_what_was_covered_before_is_history()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Grant(50, until: "2026-01-20");
        world.Use(60);
        world.WaitUntil("2026-02-02").Use(5);
        Assert.Equal((0m, 10m), Decrement(world, 5));
    }

    [Fact]
    public void Grants_that_are_no_longer_kept_still_give_nothing_back()
    {
        const int Grants = MeterLimits.EndedGrants + 10;
        var world = new World(Limit(10));
        for (var i = 0; i < Grants; i++)
        {
            world.Grant(1, until: "2026-01-10");
        }

        world.Use(10 + Grants);
        world.WaitUntil("2026-01-11");
        Assert.Equal((10m, 0m), Decrement(world, Grants));
        Assert.Equal((9m, 1m), Decrement(world, 1));
    }

    private static (decimal Used, decimal Remaining) Decrement(World world, decimal amount)
    {
        var answer = world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = amount });
        return (answer.Used, answer.Remaining!.Value);
    }
}
