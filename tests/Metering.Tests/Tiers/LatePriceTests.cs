using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

/// <summary>Rules 7 and 10: late use is priced as its own period was.</summary>
[Rule(7)]
[Rule(10)]
public sealed class LatePriceTests
{
    private static readonly Terms Tiers = Priced(
        200,
        From(0) with { UnitPrice = 1, BasePrice = 5 },
        From(100) with { UnitPrice = 2, BasePrice = 30 },
        FromPercent(100, Level.OverUsage, Policy.AllowWithOverage) with { UnitPrice = 10, BasePrice = 100 });

    [Fact]
    public void A_periods_first_use_pays_the_base_price_when_it_arrives_late()
    {
        var world = InMay(Tiers, 0);
        Assert.Equal(7, Late(world, 2).Cost);
        Assert.Equal(1, Late(world, 1).Cost);
        Assert.Equal((992m, 8m), (world.Usd.Amount, world.Meter.Past!.Periods[^1].Cost));
        Assert.Equal(6, world.Use(1).Cost);
    }

    [Fact]
    public void Late_use_that_enters_a_tier_is_split_at_its_start_and_pays_its_base_price() =>
        Assert.Equal(35, Late(InMay(Tiers, 99), 3).Cost);

    [Fact]
    public void Overage_of_a_closed_period_costs_what_its_overage_tier_says()
    {
        var world = InMay(Tiers, 199);
        Assert.Equal(112, Late(world, 2).Cost);
        Assert.Equal(30, Late(world, 3).Cost);
        Assert.Equal((204m, 4m), (world.Meter.Past!.Periods[^1].Used, world.Meter.Past.Periods[^1].Overage));
    }

    [Fact]
    public void What_was_carried_over_no_longer_covers_and_costs_as_overage()
    {
        var world = InMay(Tiers with { RolloverMax = 60 }, 90);
        Assert.Equal((260m, 110m), (world.See().Allowance, Closed(world).Left));
        Assert.Equal(10 + 30 + (2 * 100), Late(world, 110).Cost);
        Assert.Equal(100 + 10, Late(world, 1).Cost);
    }

    [Fact]
    public void Grants_and_terms_that_came_since_change_nothing()
    {
        var percent = Priced(
            100,
            From(0) with { UnitPrice = 1 },
            FromPercent(80, Level.Warning) with { UnitPrice = 3 },
            FromPercent(100, Level.OverUsage, Policy.AllowWithOverage) with { UnitPrice = 7 });
        var world = InMay(percent, 79);
        world.Grant(1_000);
        Assert.Equal(4, Late(world, 2).Cost);
        world.Do(new AssignFeature { Feature = Of(Limit(5, Interval.Month)) });
        Assert.Equal(3, Late(world, 1).Cost);
        world.Do(new AssignFeature { Feature = Of(percent with { Limit = 1 }) });
        Assert.Equal((18 * 3) + 7, Late(world, 19).Cost);
        Assert.Equal((101m, 1m), (world.Meter.Past!.Periods[^1].Used, world.Meter.Past.Periods[^1].Overage));
        Assert.Single(world.Meter.Past.FormerTerms);
    }

    [Fact]
    public void An_hour_in_which_nothing_happened_is_priced_with_the_grants_that_it_had()
    {
        var terms = Tiers with
        {
            Reset = new Reset { Interval = Interval.Hour },
            Limit = 10,
            Tiers = [From(0), FromPercent(100, Level.OverUsage, Policy.AllowWithOverage) with { UnitPrice = 1 }],
        };
        var world = new World(terms);
        world.Balance(100);
        world.Use(10);
        world.Grant(10, until: "2026-01-01T02:30:00Z");
        world.WaitUntil("2026-01-01T06:10:00Z");
        world.Record(25, at: At("2026-01-01T02:10:00Z"));
        Assert.Equal((15m, 15m), (world.Entries[^1].Overage, world.Entries[^1].Cost));
        Assert.Equal(20, world.Meter.Past!.Periods[1].Allowance);
        Assert.Equal(10, world.Meter.Past.Periods[2].Allowance);
    }

    [Fact]
    public void A_closed_period_keeps_its_unit_when_the_price_is_in_another_now()
    {
        var world = InMay(Tiers, 50);
        world.Do(new OpenBalance { Unit = "credits", Amount = 50 });
        world.Do(new AssignFeature { Feature = Of(Tiers with { PriceUnit = "credits" }) });
        var before = world.Usd.Amount;
        Late(world, 4);
        Assert.Equal((before - 4, 50m, "USD"), (world.Usd.Amount, world.State.FindBalance("credits")!.Amount, world.Entries[^1].Unit));
    }

    [Fact]
    public void Terms_that_change_with_every_period_are_remembered_in_bounded_room()
    {
        var world = new World(Limit(10, Interval.Hour));
        for (var hour = 1; hour <= 20; hour++)
        {
            world.WaitUntil($"2026-01-01T{hour:D2}:10:00Z").Use(1);
            world.Do(new AssignFeature { Feature = Of(Limit(10 + hour, Interval.Hour)) });
        }

        Assert.Equal(MeterLimits.FormerTerms, world.Meter.Past!.FormerTerms.Length);
        world.Record(2, at: At("2026-01-01T13:30:00Z"));
        Assert.Equal((At("2026-01-01T13:00:00Z"), false), (world.Entries[^1].Period!.Start, world.Entries[^1].Late));
        world.Record(2, at: At("2026-01-01T08:30:00Z"));
        Assert.Equal((At("2026-01-01T20:00:00Z"), true), (world.Entries[^1].Period!.Start, world.Entries[^1].Late));
    }

    private static World InMay(Terms terms, decimal used)
    {
        var world = new World(terms);
        world.Balance(1_000);
        world.WaitUntil("2026-04-30T20:00:00Z");
        if (used > 0)
        {
            world.Use(used);
        }

        return world.WaitUntil("2026-05-01T08:00:00Z");
    }

    private static ClosedPeriod Closed(World world) =>
        LicenseMeter.Apply(world.State, new DecrementUsage { FeatureCode = Calls }, world.Now).State
        .FindMeter(Calls)!.Past!.Periods[^1];

    private static UsageAnswer Late(World world, decimal amount) => world.Record(amount, at: At("2026-04-30T23:00:00Z"));
}
