using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

[Rule(6)]
public sealed class TierTests
{
    [Fact]
    public void Without_tiers_use_is_normal_up_to_the_limit_and_over_usage_beyond()
    {
        var world = new World(Limit(10, over: Policy.AllowWithOverage));
        Assert.Equal((Level.Normal, Policy.NotifyOnly), (world.Use(10).Level, world.See().Policy));
        Assert.Equal((Level.OverUsage, Policy.AllowWithOverage), (world.Use(0.000000001m).Level, world.See().Policy));
    }

    [Fact]
    public void A_tier_covers_what_lies_beyond_its_start()
    {
        var world = new World(Tiered(null, From(0), From(10, Level.Warning), From(20, Level.Critical), From(30, Level.OverUsage)));
        Assert.Equal(Level.Normal, world.Use(10).Level);
        Assert.Equal(Level.Warning, world.Use(1).Level);
        Assert.Equal(Level.Warning, world.Use(9).Level);
        Assert.Equal(Level.Critical, world.Use(10).Level);
        Assert.Equal(Level.OverUsage, world.Use(1).Level);
    }

    [Fact]
    public void A_percentage_is_one_of_the_allowance_and_moves_with_it()
    {
        var world = new World(Tiered(100, FromPercent(80, Level.Warning)));
        Assert.Equal(Level.Warning, world.Use(81).Level);
        world.Grant(100);
        Assert.Equal(Level.Normal, world.See().Level);
        Assert.Equal(Level.Normal, world.Use(79).Level);
        Assert.Equal(Level.Warning, world.Use(1).Level);
    }

    [Fact]
    public void A_percentage_of_no_limit_is_never_reached() =>
        Assert.Equal(Level.Normal, new World(Tiered(null, FromPercent(80, Level.Warning, Policy.Deny))).Use(1_000_000).Level);

    [Fact]
    public void Tiers_that_only_warn_leave_the_limit_in_place()
    {
        var world = new World(Tiered(100, FromPercent(80, Level.Warning), From(90, Level.Critical)));
        Assert.Equal(Level.Critical, world.Use(100).Level);
        world.Refuse(RefusalCode.QuotaExceeded);
    }

    [Fact]
    public void A_tier_that_speaks_of_the_limit_decides_beyond_it()
    {
        var world = new World(Tiered(100, FromPercent(100, Level.Critical)));
        Assert.Equal((150m, 50m, Level.Critical), (world.Use(150).Used, world.See().Overage, world.See().Level));
    }

    [Fact]
    public void A_large_use_does_not_jump_over_a_tier_that_stops_small_ones()
    {
        var world = new World(Tiered(null, From(10, Level.Critical, Policy.Deny), From(20, Level.OverUsage, Policy.AllowWithOverage)));
        world.Use(10);
        world.Refuse(RefusalCode.QuotaExceeded, 10);
        world.Refuse(RefusalCode.QuotaExceeded, 11);
        world.Record(11);
        Assert.Equal(22, world.Use(1).Used);
    }

    [Fact]
    public void A_grace_is_one_for_the_whole_period_however_the_allowance_grows()
    {
        var world = new World(Tiered(100, FromPercent(100, Level.OverUsage, Policy.AllowWithGrace) with { Grace = 20 }));
        world.Use(120);
        world.Grant(50);
        world.Refuse(RefusalCode.QuotaExceeded, 51);
        Assert.Equal((170m, 20m), (world.Use(50).Used, world.See().Overage));
        world.Refuse(RefusalCode.QuotaExceeded, 0.000000001m);
        world.Do(new AssignFeature { Feature = Of(world.Meter.Terms with { Limit = 200 }) });
        world.Refuse(RefusalCode.QuotaExceeded, 101);
        Assert.Equal((270m, 20m), (world.Use(100).Used, world.See().Overage));
        world.Refuse(RefusalCode.QuotaExceeded);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(30, 30)]
    [InlineData(1, 49, 10)]
    public void A_percent_threshold_beyond_the_allowance_counts_the_overage_of_the_period(params int[] parts)
    {
        var world = new World(
            Tiered(100, FromPercent(100, Level.OverUsage, Policy.AllowWithOverage), FromPercent(120, Level.OverUsage, Policy.Deny)));
        world.Use(120);
        world.Grant(50);
        world.Refuse(RefusalCode.QuotaExceeded, 84);
        foreach (var part in parts)
        {
            world.Use(part);
        }

        Assert.Equal((180m, 30m), (world.See().Used, world.See().Overage));
        world.Refuse(RefusalCode.QuotaExceeded);
    }

    [Fact]
    public void What_the_allowance_covers_passes_whatever_was_recorded_over_it()
    {
        var world = new World(Limit(10));
        world.Record(13);
        world.Grant(5);
        Assert.Equal(Level.Normal, world.See().Level);
        world.Refuse(RefusalCode.QuotaExceeded, 6);
        Assert.Equal(
            (18m, 3m, 0m, Level.OverUsage), (world.Use(5).Used, world.See().Overage, world.See().Remaining!.Value, world.See().Level));
        world.Refuse(RefusalCode.QuotaExceeded);
    }

    [Fact]
    public void Where_the_limit_is_lifted_nothing_is_beyond_it_any_more()
    {
        var world = new World(Tiered(100, From(500, Level.Critical, Policy.Deny)));
        world.Record(120);
        world.Do(new AssignFeature { Feature = Of(world.Meter.Terms with { Limit = null }) });
        world.Refuse(RefusalCode.QuotaExceeded, 381);
        Assert.Equal(500, world.Use(380).Used);
    }

    [Fact]
    public void A_percentage_of_no_limit_is_never_reached_but_for_zero()
    {
        var world = new World(
            Priced(null, FromPercent(0, Level.Warning) with { UnitPrice = 2 }, FromPercent(80, Level.Critical, Policy.Deny)));
        world.Balance(100);
        world.Grant(10);
        Assert.Equal((6m, Level.Warning), (world.Use(3).Cost, world.See().Level));
    }

    [Fact]
    public void Nothing_used_of_nothing_is_at_no_threshold()
    {
        var terms = Tiered(0, FromPercent(80, Level.Warning), FromPercent(100, Level.OverUsage, Policy.Deny));
        var world = new World(terms);
        Assert.Equal((Level.Normal, 0m), (world.See().Level, world.See().Used));
        world.Refuse(RefusalCode.QuotaExceeded);
        Assert.Empty(world.Signals);
        world.Grant(10);
        Assert.Equal(Level.Warning, world.Use(9).Level);
    }

    [Fact]
    public void What_is_held_counts_for_the_policy_and_not_for_the_level()
    {
        var world = new World(Tiered(100, FromPercent(50, Level.Warning)));
        world.Hold(80);
        Assert.Equal((Level.Normal, 20m), (world.See().Level, world.See().Remaining));
        world.Refuse(RefusalCode.QuotaExceeded, 21);
    }
}
