using System.Text.Json;
using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

/// <summary>Where use and overage lie on the line of the tiers, and what that means for prices, rates and what may still be used.</summary>
public sealed class PlaceTests
{
    private static readonly Terms DearBeyondTen = Priced(10, From(0) with { UnitPrice = 1 }, From(10) with { UnitPrice = 5 });

    [Fact]
    [Rule(7)]
    public void A_level_beyond_the_limit_is_charged_at_its_peak_and_once()
    {
        var terms = Priced(
            10, From(0) with { UnitPrice = 1 }, FromPercent(100, Level.OverUsage, Policy.AllowWithOverage) with { UnitPrice = 1 });
        var world = Paid(Of(terms, metric: MetricType.UpDown));
        Assert.Equal([15m, 0m, 0m, 1m], new[] { 15m, -12m, 12m, 1m }.Select(delta => world.Use(delta).Cost));
    }

    [Theory]
    [Rule(7)]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_taken_away_gives_back_the_prices_of_the_last_units(bool unlimited)
    {
        var world = Paid(Of(DearBeyondTen with { Limit = unlimited ? null : 10, OverLimit = Policy.AllowWithOverage }));
        Assert.Equal(20, world.Use(12).Cost);
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 3 });
        Assert.Equal((-11m, 9m), (world.Entries[^1].Cost, world.Meter.Cost));
        var lines = world.Entries[^1].Charges!.Lines.Select(line => (line.From, line.Units, line.UnitCost));
        Assert.Equal([("10", -2m, -10m), ("0", -1m, -1m)], lines);
    }

    [Fact]
    [Rule(6)]
    public void What_is_held_takes_the_places_before_the_next_use()
    {
        var world = new World(Tiered(100, From(0), From(10, Level.Critical, Policy.Deny)));
        world.Hold(8);
        world.Refuse(RefusalCode.QuotaExceeded, 3);
        Assert.Equal(2, world.Use(2).Used);
    }

    [Theory]
    [Rule(6)]
    [InlineData(10)]
    [InlineData(12)]
    public void A_tier_that_was_passed_refuses_nothing_more(decimal recorded)
    {
        var world = new World(Tiered(null, From(0), From(5, Level.Critical, Policy.Deny), From(10)));
        Assert.Equal(5, world.See().Room);
        world.Record(recorded);
        Assert.Null(world.See().Room);
        world.Use(1);
    }

    [Fact]
    [Rule(6)]
    public void Other_terms_go_on_with_the_rate_that_use_meets_next()
    {
        var world = new World(Limited(new Rate(1, RateInterval.Hour, 20)));
        world.Use(15);
        Assert.Equal(Hour(7), After(world, From(0), Slow(0, 5), Slow(10, 7)));
        Assert.Equal(Hour(9), After(world, From(0), Slow(0, 5), Slow(15, 6), Slow(15, 9)));
        Assert.Equal(Hour(8), After(world, From(0), Slow(20, 6), Slow(20, 8)));

        // Where there is none, the last one is kept for the next.
        Assert.Equal(Hour(8), After(world, From(0)));

        static Rate Hour(decimal burst) => new(1, RateInterval.Hour, burst);
        static Tier Slow(decimal from, decimal burst) => From(from, policy: Policy.RateLimit) with { Rate = Hour(burst) };
        static Rate? After(World world, params Tier[] tiers)
        {
            world.Do<AssignmentAnswer>(new AssignFeature { Feature = Of(Tiered(null, tiers)) });
            return world.Meter.LastRate;
        }
    }

    [Fact]
    [Rule(6)]
    public void Another_rate_begins_with_all_of_its_burst_where_nothing_is_to_come_back()
    {
        var world = new World(Limited(new Rate(1, RateInterval.Hour, 5)));
        world.Use(5);
        world.Wait(TimeSpan.FromHours(10)).Do(new AssignFeature { Feature = Of(Limited(new Rate(1, RateInterval.Hour, 8))) });
        Assert.Equal(8, world.Check(1).Rate!.Remaining);
        world.Use(8);
    }

    [Fact]
    [Rule(2)]
    [Rule(7)]
    public void Base_prices_of_periods_that_a_repaired_clock_joins_are_told_together()
    {
        var world = Paid(Of(Priced(null, From(0) with { UnitPrice = 1, BasePrice = 3 })));
        world.Use(1);
        world.WaitUntil("2026-02-01T06:00:00Z").Use(1);
        world.WaitUntil("2026-01-31").Do<Done>(new RepairClock { Now = world.Now });
        Assert.Equal(new TierCharge("0", 1, 2, 2, 6), Assert.Single(world.Meter.Priced!.Charges!.Lines));
        Assert.Equal(8, world.Meter.Cost);
    }

    [Fact]
    public void Stored_charges_are_read_as_they_were_and_what_is_none_is_refused()
    {
        var charges = Charges.Of([new TierCharge("0", 1, 2, 2, 3), new TierCharge(null, 0, 1, 5, 0)])!;
        var text = JsonSerializer.Serialize(new PricedUse { Charges = charges }, MeteringJson.Default.PricedUse);
        Assert.Equal(charges, JsonSerializer.Deserialize(text, MeteringJson.Default.PricedUse)!.Charges);
        foreach (var wrong in new[] { "{}", "[null]", "3" })
        {
            Assert.Throws<JsonException>(
                () => JsonSerializer.Deserialize($$"""{"charges":{{wrong}}}""", MeteringJson.Default.PricedUse));
        }
    }

    private static Terms Limited(Rate rate) => Tiered(null, From(0, policy: Policy.RateLimit) with { Rate = rate });

    private static World Paid(FeatureTerms feature)
    {
        var world = new World(feature);
        world.Balance(1_000);
        return world;
    }
}
