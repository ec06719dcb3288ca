using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

[Rule(7)]
public sealed class PricingTests
{
    private static readonly Terms Steps = Priced(
        null,
        From(0) with { UnitPrice = 0.1m, BasePrice = 1 },
        From(100) with { UnitPrice = 0.05m, BasePrice = 2 },
        From(200) with { UnitPrice = 0.01m });

    [Fact]
    public void An_amount_that_spans_tiers_is_split_at_the_boundaries()
    {
        var world = Funded(Steps);
        Assert.Equal(1 + (100 * 0.1m) + 2 + (100 * 0.05m) + (50 * 0.01m), world.Use(250).Cost);
    }

    [Fact]
    public void The_unit_on_the_boundary_belongs_to_the_tier_before()
    {
        var world = Funded(Steps);
        Assert.Equal(1 + 10m, world.Use(100).Cost);
        Assert.Equal(2.05m, world.Use(1).Cost);
    }

    [Fact]
    public void A_base_price_is_charged_once_a_period_when_its_tier_is_entered()
    {
        var world = Funded(Steps);
        Assert.Equal(1.1m, world.Use(1).Cost);
        Assert.Equal(0.1m, world.Use(1).Cost);
        world.Use(99);
        Assert.Equal(0.05m, world.Use(1).Cost);
        Assert.Equal(1.1m, world.WaitUntil("2026-02-01").Use(1).Cost);
    }

    [Fact]
    public void Many_small_uses_cost_what_one_large_one_costs()
    {
        var small = Funded(Steps);
        var cost = Enumerable.Range(0, 250).Sum(_ => small.Use(1).Cost);
        Assert.Equal(Funded(Steps).Use(250).Cost, cost);
        Assert.Equal(cost, small.Meter.Cost);
        Assert.Equal(1_000_000 - cost, small.Usd.Amount);
    }

    [Fact]
    public void The_cost_is_drawn_in_the_same_step_as_the_count()
    {
        var world = new World(Steps);
        world.Balance(100);
        var answer = world.Use(10);
        Assert.Equal((2m, 98m, "USD"), (answer.Cost, answer.Balance!.Available, answer.Balance.Unit));
        var entry = world.Entries[^1];
        Assert.Equal((EntryKind.Consumed, 2m, "USD", 98m), (entry.Kind, entry.Cost, entry.Unit, entry.BalanceAfter));
    }

    [Fact]
    public void A_decrement_gives_back_the_unit_prices_and_no_base_price()
    {
        var world = Funded(Steps);
        world.Use(150);
        world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 70 });
        Assert.Equal(-((50 * 0.05m) + (20 * 0.1m)), world.Entries[^1].Cost);
        Assert.Equal(3 + (80 * 0.1m), world.Meter.Cost);
        Assert.Equal((20 * 0.1m) + (50 * 0.05m), world.Use(70).Cost);
    }

    [Fact]
    public void A_level_that_falls_and_rises_again_is_not_charged_twice()
    {
        var world = new World(Of(Steps, metric: MetricType.Gauge));
        world.Balance(100);
        Assert.Equal(1 + 5m, world.Use(50).Cost);
        Assert.Equal(0, world.Use(20).Cost);
        Assert.Equal(0, world.Use(50).Cost);
        Assert.Equal(1, world.Use(60).Cost);
    }

    [Theory]
    [InlineData(MetricType.Gauge, true)]
    [InlineData(MetricType.Gauge, false)]
    [InlineData(MetricType.UpDown, true)]
    [InlineData(MetricType.UpDown, false)]
    public void A_level_that_stands_when_a_period_begins_is_not_charged_in_it(MetricType metric, bool consumed)
    {
        // Beyond the limit too: the places of overage are priced like those of the allowance.
        var world = new World(Of(
            Priced(
                30,
                From(0) with { UnitPrice = 1 },
                From(30, Level.OverUsage, Policy.AllowWithOverage) with { UnitPrice = 2 }),
            metric: metric));
        world.Balance(1_000);
        decimal CostOf(decimal level)
        {
            var value = metric == MetricType.Gauge ? level : level - world.Meter.Used;
            return (consumed ? world.Use(value) : world.Record(value)).Cost;
        }

        Assert.Equal(30 + (20 * 2), CostOf(50));
        world.WaitUntil("2026-02-01");
        Assert.Equal<decimal>([0, 0, 10 * 2, 0, 0], [CostOf(10), CostOf(50), CostOf(60), CostOf(20), CostOf(60)]);
    }

    [Fact]
    public void Costs_are_rounded_to_nine_digits_half_to_even()
    {
        var world = Funded(Priced(null, From(0) with { UnitPrice = 0.000000001m }));
        Assert.Equal(0, world.Use(0.5m).Cost);
        Assert.Equal(0.000000002m, world.Use(1.5m).Cost);
    }

    [Fact]
    public void Tiers_by_percent_may_change_places_and_each_base_price_is_still_charged_once()
    {
        var world = Funded(Priced(
            100,
            FromPercent(80, Level.Warning) with { BasePrice = 5 },
            From(90, Level.Critical) with { BasePrice = 7 },
            FromPercent(100, Level.OverUsage, Policy.Deny)));
        Assert.Equal(5, world.Use(85).Cost);
        world.Grant(100);
        Assert.Equal(7, world.Use(10).Cost);
        Assert.Equal(0, world.Use(100).Cost);
    }

    [Fact]
    public void A_base_price_of_a_tier_that_the_use_never_comes_into_is_not_charged()
    {
        var world = Funded(Priced(
            100,
            FromPercent(20) with { BasePrice = 5 },
            FromPercent(40) with { BasePrice = 7 },
            FromPercent(100, Level.OverUsage, Policy.AllowWithOverage)));
        world.Grant(400, until: "2026-01-10");
        Assert.Equal(0, world.Use(60).Cost);
        Assert.Equal(7, world.WaitUntil("2026-01-10").Use(1).Cost);
    }

    [Fact]
    public void Use_without_a_price_costs_nothing()
    {
        var world = new World(Tiered(null, From(0) with { UnitPrice = 5 }));
        Assert.Equal((0m, null), (world.Use(10).Cost, world.See().Balance));
    }

    [Fact]
    public void A_price_that_comes_in_mid_period_is_one_for_what_is_used_from_then_on()
    {
        var world = new World(Limit(null, Interval.Month));
        world.Use(50);
        world.Balance(100);
        world.Do(new AssignFeature { Feature = Of(Priced(null, From(0) with { UnitPrice = 0.5m })) });
        Assert.Equal(5, world.Use(10).Cost);
    }

    [Theory]
    [InlineData(MetricType.Counter, 0.4)]
    [InlineData(MetricType.Gauge, 0)]
    public void A_base_price_is_charged_once_though_the_price_of_another_tier_changes(MetricType metric, decimal cost)
    {
        FeatureTerms With(decimal last) => Of(
            Priced(
                null,
                From(0) with { UnitPrice = 0.1m },
                From(10) with { UnitPrice = 0.1m, BasePrice = 5 },
                From(100) with { UnitPrice = last }),
            metric: metric);
        var isGauge = metric == MetricType.Gauge;
        var world = new World(With(0.05m));
        world.Balance(1_000);
        Assert.Equal(1.2m + 5, world.Use(12).Cost);
        world.Do<UsageAnswer>(isGauge
            ? new Consume { FeatureCode = Calls, Given = 8 }
            : new DecrementUsage { FeatureCode = Calls, Amount = 4 });

        // After a second change it is still known.
        world.Do<AssignmentAnswer>(new AssignFeature { Feature = With(0.04m) });
        world.Do<AssignmentAnswer>(new AssignFeature { Feature = With(0.03m) });
        Assert.Equal(cost, world.Use(isGauge ? 12 : 4).Cost);
    }

    [Fact]
    public void Late_use_is_charged_at_the_tier_of_the_period_in_which_it_counts()
    {
        var world = Funded(Steps);
        world.Use(150);
        world.WaitUntil("2026-02-01T06:00:00Z").Use(10);
        Assert.Equal(0.5m, world.Record(10, at: At("2026-01-31T23:00:00Z")).Cost);
        Assert.Equal(2m, world.Meter.Cost);
    }

    [Fact]
    public void A_cost_beyond_what_can_be_counted_is_refused_and_counts_nothing()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = Amount.Max }));
        world.Balance(Amount.Max, overage: true);
        Assert.Equal("/amount", world.Refuse(RefusalCode.InvalidRequest, Amount.Max).Pointer);
        Assert.Equal("/amount", world.Do<Refusal>(new RecordUse { FeatureCode = Calls, Given = Amount.Max }).Pointer);
        Assert.Equal("/amount", world.Do<Refusal>(new OpenHold { FeatureCode = Calls, Amount = Amount.Max, TtlSeconds = 1 }).Pointer);
        Assert.Equal(
            "/amount",
            Assert.IsType<Refusal>(LicenseMeter.Check(world.State, Calls, Amount.Max, null, world.Now, MeterRules.Default)).Pointer);
        Assert.Equal((0m, Amount.Max), (world.Meter.Used, world.Usd.Amount));
    }

    private static World Funded(Terms terms)
    {
        var world = new World(terms);
        world.Balance(1_000_000);
        return world;
    }
}
