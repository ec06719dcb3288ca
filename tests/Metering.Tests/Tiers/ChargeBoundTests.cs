using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

/// <summary>What tiers charge at their bounds: mutants of it that no other test had noticed.</summary>
[Rule(7)]
public sealed class ChargeBoundTests
{
    private static readonly Terms BasePrices = Priced(
        null, From(0) with { UnitPrice = 1, BasePrice = 100 }, From(10, Level.Warning) with { UnitPrice = 2, BasePrice = 50 },
        From(20, Level.Critical) with { BasePrice = 7 });

    [Fact]
    public void A_charge_costs_its_units_and_its_base_price() => Assert.Equal(110, new TierCharge("0", 1, 10, 10, 100).Cost);

    [Fact]
    public void A_base_price_is_charged_with_the_first_unit_of_its_tier_and_once()
    {
        var world = Rich(BasePrices);
        Assert.Equal([110m, 52m, 18m, 7m, 0m], new[] { 10m, 1m, 9m, 1m, 5m }.Select(amount => world.Use(amount).Cost));
    }

    [Fact]
    public void A_use_that_spans_tiers_has_a_line_for_each_that_costs_something()
    {
        var world = Rich(BasePrices);
        world.Use(25);
        var lines = world.Entries[^1].Charges!.Lines;
        Assert.Equal([("0", 10m, 10m, 100m), ("10", 10m, 20m, 50m), ("20", 5m, 0m, 7m)], lines.Select(Told));
    }

    [Fact]
    public void Tiers_that_use_lies_in_when_prices_come_are_entered_and_the_next_one_is_not()
    {
        // Use that was free until now has paid no base price, and its tiers are not charged for it afterwards.
        var world = Rich(Tiered(null, From(0), From(10), From(20)));
        world.Use(15);
        world.Do(new AssignFeature { Feature = Of(BasePrices) });
        Assert.Equal([2m, 8m + 7m], new[] { 1m, 5m }.Select(amount => world.Use(amount).Cost));
    }

    [Fact]
    public void What_is_held_pushes_a_use_into_no_later_tier_but_keeps_its_own_credit()
    {
        var world = new World(BasePrices);
        world.Balance(1_000);
        world.Hold(10);
        Assert.Equal(1_000 - 110, world.Usd.Available);
        Assert.Equal(110, world.Use(10).Cost);
        Assert.Equal(1_000 - 110 - 70, world.Usd.Available);
    }

    [Fact]
    public void A_tier_that_begins_at_the_limit_says_what_lies_beyond_it()
    {
        var world = new World(Tiered(100, From(0), From(100, Level.Critical)));
        Assert.Equal(101, world.Use(101).Used);
        var warned = new World(Tiered(100, From(0), From(99, Level.Critical)));
        warned.Use(100);
        warned.Refuse(RefusalCode.QuotaExceeded);
    }

    private static World Rich(Terms terms)
    {
        var world = new World(terms);
        world.Balance(1_000);
        return world;
    }

    private static (string? From, decimal Units, decimal UnitCost, decimal BasePrice) Told(TierCharge charge) =>
        (charge.From, charge.Units, charge.UnitCost, charge.BasePrice);
}
