using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Usage;

/// <summary>Where the rules of use begin and end: mutants of them that no other test had noticed.</summary>
public sealed class UsageBoundTests
{
    [Fact]
    [Rule(1)]
    public void A_meter_counts_up_to_the_largest_total_and_not_one_unit_more()
    {
        var world = new World(Limit(null));
        Assert.Equal(Amount.MaxTotal, world.Record(Amount.MaxTotal).Used);
        Assert.Equal(RefusalCode.InvalidRequest, world.Do<Refusal>(new RecordUse { FeatureCode = Calls, Given = 1 }).Code);
        Assert.Equal(RefusalCode.InvalidRequest, world.Do<Refusal>(new Consume { FeatureCode = Calls, Given = 1 }).Code);
        Assert.Equal(Amount.MaxTotal, world.Meter.Used);
    }

    [Fact]
    public void Features_are_listed_by_their_codes()
    {
        var world = new World(Of(Limit(1), "b"), Of(Limit(1), "c"), Of(Limit(1), "a"));
        Assert.Equal(["a", "b", "c"], LicenseMeter.Usage(world.State, world.Now, MeterRules.Default).Select(answer => answer.FeatureCode));
    }

    [Fact]
    public void A_reset_of_the_whole_license_tells_how_everything_stands()
    {
        var world = new World(Of(Limit(10)), Of(Limit(5), "other"));
        world.Balance(7);
        world.Use(4);
        var all = world.Do<LicenseUsage>(new ResetUsage());
        Assert.Equal([(Calls, 0m), ("other", 0m)], all.Features.Select(feature => (feature.FeatureCode, feature.Used)));
        Assert.Equal(7, Assert.Single(all.Balances).Amount);
    }

    [Fact]
    [Rule(10)]
    public void Late_use_that_empties_a_balance_says_so()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 1 }));
        world.Balance(10, lowAt: 5);
        world.Use(1);
        world.WaitUntil("2026-02-01T06:00:00Z");
        world.Use(1);
        world.Record(4, at: At("2026-01-31T23:00:00Z"));
        Assert.Equal(4, Assert.Single(world.Signals, signal => signal.Type == SignalType.BalanceLow).Available);
    }

    [Fact]
    public void A_check_of_an_unknown_feature_tells_what_was_asked_and_one_by_default()
    {
        var world = new World(Limit(10));
        Assert.Equal((5m, 1m), (world.Check(5, "none").Amount, world.Check(null, "none").Amount));
    }

    [Fact]
    public void A_check_shows_what_is_used_now_also_when_it_would_be_refused()
    {
        var world = new World(Limit(10));
        world.Use(4);
        Assert.Equal((true, 6m), (world.Check(3).Allowed, world.Check(3).Remaining));
        Assert.Equal((false, 4m, 6m), (world.Check(7).Allowed, world.Check(7).Used, world.Check(7).Remaining));
    }
}
