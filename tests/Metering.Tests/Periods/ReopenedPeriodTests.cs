using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Periods;

/// <summary>A period that the repair of the clock opens again has the allowance that it had, and charges what it had not charged.</summary>
[Rule(2)]
public sealed class ReopenedPeriodTests
{
    [Fact]
    [Rule(3)]
    public void It_has_what_had_rolled_over_into_it_and_nothing_of_its_own_rest()
    {
        var world = new World(Limit(100, Interval.Month) with { RolloverMax = 50 });
        world.WaitUntil("2026-02-10").Use(120);
        Assert.Equal(150, world.See().Allowance);
        world.WaitUntil("2026-03-02").Use(1);
        Assert.Equal(130, world.See().Allowance);
        Repair(world, "2026-02-11");

        Assert.Equal((121m, 150m), (world.See().Used, world.See().Allowance));
        Assert.Equal((100m, 50m, 21m, 0m), Parts(world));
        world.Use(29);
        world.Refuse(RefusalCode.QuotaExceeded);
    }

    [Fact]
    [Rule(3)]
    public void What_the_rollover_of_the_future_covered_is_covered_by_what_is_left_now()
    {
        var world = new World(Limit(10, Interval.Month, Policy.AllowWithOverage) with { RolloverMax = 5 });
        world.WaitUntil("2026-01-20").Use(8);
        world.WaitUntil("2026-02-02").Use(12);
        Assert.Equal((10m, 2m, 2m, 0m), Parts(world));
        Repair(world, "2026-01-21");

        Assert.Equal((20m, 10m, 10m), (world.Meter.Used, world.Meter.LimitUsed, world.Meter.Overage));
        Assert.Equal(0, world.Meter.Rollover);
    }

    [Fact]
    [Rule(5)]
    public void What_grants_covered_stays_theirs_and_they_cover_what_the_limit_does_not()
    {
        var world = new World(Limit(10, Interval.Month, Policy.AllowWithOverage));
        var grant = world.Grant(10);
        var spent = world.Grant(2, priority: -1);
        world.WaitUntil("2026-01-20").Use(15);
        world.WaitUntil("2026-02-02").Use(1);
        Repair(world, "2026-01-21");

        Assert.Equal((16m, 10m, 0m), (world.Meter.Used, world.Meter.LimitUsed, world.Meter.Overage));
        Assert.Equal((2m, 4m), (world.SeeGrant(spent.Id).Used, world.SeeGrant(grant.Id).Used));
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 5 });
        Assert.Equal((0m, 11m), (world.SeeGrant(grant.Id).Used, world.Meter.Used));
    }

    [Fact]
    [Rule(5)]
    public void What_is_burnt_in_it_from_now_on_comes_back_before_what_an_ended_grant_covered()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Grant(5, until: "2026-01-10");
        world.Use(13);
        world.WaitUntil("2026-02-02").Use(1);
        Repair(world, "2026-01-20");
        world.Do<AssignmentAnswer>(new AssignFeature { Feature = Of(world.Meter.Terms with { Limit = 100 }) });
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = world.Meter.Overage });

        var left = world.See().Remaining;
        world.Use(4);
        Assert.Equal(left, world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 4 }).Remaining);
        Assert.Equal(left, world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 3 }).Remaining);
        Assert.Equal(0, world.Meter.EndedGrants[0].Used);
    }

    [Fact]
    [Rule(7)]
    public void A_base_price_that_was_charged_in_it_is_not_charged_again()
    {
        var world = new World(Priced(null, From(0) with { BasePrice = 10 }, From(100) with { BasePrice = 5 }));
        world.Balance(100);
        world.WaitUntil("2026-01-20");
        Assert.Equal(10, world.Use(50).Cost);
        world.WaitUntil("2026-02-02").Do(new ResumeUsage { FeatureCode = Calls });
        Repair(world, "2026-01-21");

        Assert.Equal(0, world.Use(50).Cost);
        Assert.Equal(5, world.Use(1).Cost);
    }

    [Fact]
    [Rule(7)]
    public void A_base_price_that_was_not_charged_yet_is_charged_and_one_that_was_stays_so_after_a_correction()
    {
        var world = Steps();
        world.Use(60);
        world.WaitUntil("2026-02-02").Use(60);
        Repair(world, "2026-01-21");
        Assert.Equal(5, world.Use(1).Cost);

        var corrected = Steps();
        corrected.Use(150);
        corrected.Do(new DecrementUsage { FeatureCode = Calls, Amount = 60 });
        corrected.WaitUntil("2026-02-02").Do(new ResumeUsage { FeatureCode = Calls });
        Repair(corrected, "2026-01-21");
        Assert.Equal(0, corrected.Use(60).Cost);

        static World Steps()
        {
            var world = new World(Priced(null, From(0) with { BasePrice = 10 }, From(100) with { BasePrice = 5 }));
            world.Balance(100);
            return world.WaitUntil("2026-01-20");
        }
    }

    [Fact]
    [Rule(11)]
    public void Overage_that_comes_about_by_joining_is_signalled_once()
    {
        var world = new World(Limit(10, Interval.Month, Policy.AllowWithOverage));
        world.WaitUntil("2026-01-20").Use(8);
        world.WaitUntil("2026-02-02").Use(8);
        Assert.Empty(world.SignalsOf(SignalType.Overage));
        Repair(world, "2026-01-21");

        Assert.Single(world.SignalsOf(SignalType.Overage));
        world.Use(1);
        Assert.Single(world.SignalsOf(SignalType.Overage));
    }

    [Fact]
    [Rule(3)]
    public void A_standing_level_is_covered_by_all_of_the_rollover_that_is_there_again()
    {
        var world = new World(Of(
            Limit(10, Interval.Month, Policy.AllowWithOverage) with { RolloverMax = 5 }, metric: MetricType.UpDown));
        world.Use(5);
        world.WaitUntil("2026-02-10").Use(8);
        Assert.Equal((10m, 5m, 3m, 0m), Parts(world));
        world.WaitUntil("2026-03-02").Use(1);
        Repair(world, "2026-02-11");

        Assert.Equal((10m, 5m, 4m, 0m), Parts(world));
    }

    private static (decimal Limit, decimal Rollover, decimal RolloverUsed, decimal Overage) Parts(World world) =>
        (world.Meter.LimitUsed, world.Meter.Rollover, world.Meter.RolloverUsed, world.Meter.Overage);

    private static void Repair(World world, string now) =>
        world.WaitUntil(now).Do<Done>(new RepairClock { Now = world.Now, Closed = [.. world.ClosedPeriods] });
}
