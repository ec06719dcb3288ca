using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Policies;

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
    public void The_tier_in_which_the_use_would_end_decides()
    {
        var world = new World(Tiered(null, From(10, Level.Critical, Policy.Deny), From(20, Level.OverUsage, Policy.AllowWithOverage)));
        world.Use(10);
        world.Refuse(RefusalCode.QuotaExceeded, 10);
        Assert.Equal(21, world.Use(11).Used);
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
