using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

/// <summary>In which order tiers come, where they end, and what they let through: mutants of it that no other test had noticed.</summary>
[Rule(6)]
public sealed class TierBoundTests
{
    [Fact]
    public void Tiers_count_in_the_order_of_where_they_begin_however_they_are_given()
    {
        var world = new World(Tiered(100, From(60, Level.Critical), From(80, Level.OverUsage), FromPercent(20, Level.Warning)));
        Assert.Equal(Level.Normal, world.Use(20).Level);
        Assert.Equal(Level.Warning, world.Use(1).Level);
        Assert.Equal(Level.Warning, world.Use(39).Level);
        Assert.Equal(Level.Critical, world.Use(20).Level);
        Assert.Equal(Level.OverUsage, world.Use(1).Level);
    }

    [Fact]
    public void Of_two_tiers_from_one_place_the_later_one_counts()
    {
        var world = new World(Tiered(
            10, From(0), From(10, Level.OverUsage, Policy.Deny), From(10, Level.OverUsage, Policy.AllowWithOverage)));
        Assert.Equal((true, 10m), (world.See().Endless, world.See().Remaining));
        Assert.Equal(20, world.Use(20).Used);
    }

    [Fact]
    public void Where_a_grace_ends_at_the_next_tier_that_tier_decides()
    {
        var world = new World(Tiered(
            10, From(10, Level.OverUsage, Policy.AllowWithGrace) with { Grace = 5 }, From(15, Level.OverUsage, Policy.AllowWithOverage)));
        Assert.True(world.See().Endless);
        Assert.Equal(30, world.Use(30).Used);
    }

    [Fact]
    public void A_tier_below_the_limit_does_not_lift_it()
    {
        var percent = new World(Tiered(50, FromPercent(60, Level.Warning)));
        percent.Use(50);
        percent.Refuse(RefusalCode.QuotaExceeded);
        var amount = new World(Tiered(50, From(49, Level.Warning)));
        amount.Use(50);
        amount.Refuse(RefusalCode.QuotaExceeded);
    }

    [Fact]
    public void A_tier_from_the_limit_on_says_what_lies_beyond_it()
    {
        Assert.Equal(60, new World(Tiered(50, From(50, Level.Critical))).Use(60).Used);
        Assert.Equal(60, new World(Tiered(50, FromPercent(100, Level.Critical))).Use(60).Used);
        Assert.Equal(600, new World(Tiered(500, FromPercent(100, Level.Critical))).Use(600).Used);
    }

    [Fact]
    [Rule(7)]
    public void Lowering_a_level_costs_nothing_and_needs_no_credit()
    {
        var world = new World(Of(Priced(null, From(0) with { UnitPrice = 1 }), metric: MetricType.UpDown));
        world.Balance(5);
        world.Use(5);
        world.Do(new ChangeBalance { Unit = "USD", Change = BalanceChange.Suspend });
        Assert.Equal((3m, 0m), (world.Use(-2).Used, world.Entries[^1].Cost));
        Assert.Null(world.Entries[^1].Charges);
        world.Refuse(RefusalCode.InsufficientCredits, 3);
    }

    [Fact]
    public void A_slow_rate_with_a_large_burst_comes_back_in_its_own_time()
    {
        var world = new World(Tiered(
            null, From(0, policy: Policy.RateLimit) with { Rate = new Rate(10, RateInterval.Day, 1_000_000) }));
        Assert.Equal(new RateView(1_000_000, 100_000L * 86_400, 1_000_000, 0), world.Check(1).Rate);
    }

    [Fact]
    [Rule(7)]
    public void Charges_are_equal_by_their_lines_and_none_are_no_charges()
    {
        var line = new TierCharge("0", 1, 2, 2, 3);
        Assert.Null(Charges.Of([]));
        Assert.Null(Charges.Of(default));
        var one = Charges.Of([line])!;
        Assert.True(one.Equals(Charges.Of([line])) && one.Equals((object)Charges.Of([line])!));
        Assert.False(one.Equals(null) || one.Equals(Charges.Of([line, line])) || one.Equals(Charges.Of([line with { Units = 3 }])));
        Assert.Equal(one.GetHashCode(), Charges.Of([line])!.GetHashCode());
    }

    [Fact]
    [Rule(7)]
    public void Use_without_a_balance_is_charged_and_draws_nothing()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 2 }));
        world.Record(1);
        Assert.Equal((2m, 0m, null), (world.Meter.Priced!.Charges!.Cost, world.Meter.Priced.CreditDrawn, world.Meter.Priced.CreditLeft));
        world.Balance(100);
        world.Use(1);
        world.Use(2);
        Assert.Equal((8m, 6m, 94m), (world.Meter.Priced.Charges!.Cost, world.Meter.Priced.CreditDrawn, world.Meter.Priced.CreditLeft));

        var open = LicenseMeter.Periods(world.State, world.Now, MeterRules.Default)[^1];
        Assert.Equal((8m, 6m, 94m), (open.Cost, open.CreditDrawn, open.CreditLeft));

        // What is priced in another unit, which has no balance, draws nothing of this one.
        world.Do(new AssignFeature { Feature = Of(Priced(null, From(0) with { UnitPrice = 3 }) with { PriceUnit = "EUR" }) });
        world.Record(1);
        Assert.Equal((3m, 0m, null), (world.Meter.Priced.Charges!.Cost, world.Meter.Priced.CreditDrawn, world.Meter.Priced.CreditLeft));
        Assert.Equal(94, world.Usd.Amount);
    }
}
