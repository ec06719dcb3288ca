using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Usage;

public sealed class CheckTests
{
    [Fact]
    public void A_check_counts_nothing()
    {
        var world = new World(Limit(10));
        world.Use(4);
        var answer = world.Check(3);
        Assert.Equal((true, 4m, 6m, 3m), (answer.Allowed, answer.Used, answer.Remaining, answer.Amount));
        Assert.Equal(4, world.See().Used);
        Assert.Equal(world.State.Sequence, answer.Sequence);
    }

    [Fact]
    public void Lack_of_quota_is_an_answer_and_no_error()
    {
        var world = new World(Limit(10));
        var answer = world.Check(11);
        Assert.Equal((false, RefusalCode.QuotaExceeded), (answer.Allowed, answer.Reason));
    }

    [Fact]
    public void A_check_asks_for_one_where_it_names_no_amount()
    {
        var world = new World(Limit(10));
        world.Use(9.5m);
        Assert.False(world.Check().Allowed);
        Assert.True(world.Check(0.5m).Allowed);
    }

    [Fact]
    public void For_a_gauge_no_amount_means_the_reading_that_is_there()
    {
        var world = new World(Limit(10), MetricType.Gauge);
        world.Use(6, key: "a");
        world.Use(4, key: "b");
        Assert.Equal((true, 6m), (world.Check(key: "a").Allowed, world.Check(key: "a").Amount));
        Assert.Equal((true, 0m), (world.Check(key: "c").Allowed, world.Check(key: "c").Amount));
        Assert.False(world.Check(7, key: "a").Allowed);
    }

    [Fact]
    public void A_check_shows_what_the_amount_would_cost()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 0.5m, BasePrice = 1 }));
        world.Balance(10);
        var answer = world.Check(4);
        Assert.Equal((true, 3m, 10m), (answer.Allowed, answer.Cost, answer.Balance!.Available));
        Assert.Equal(RefusalCode.InsufficientCredits, world.Check(100).Reason);
    }

    [Fact]
    [Rule(3)]
    public void A_check_after_the_period_shows_the_new_one_without_writing()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Use(10);
        world.WaitUntil("2026-02-01");
        var answer = world.Check(10);
        Assert.Equal((true, 0m, At("2026-02-01")), (answer.Allowed, answer.Used, answer.Period!.Start));
        Assert.Equal(world.State.Sequence, answer.Sequence);
        Assert.Equal(At("2026-01-01"), world.Meter.Period.Start);
    }

    [Fact]
    public void An_amount_that_is_none_is_refused_with_its_field()
    {
        var world = new World(Limit(10));
        Assert.Equal(
            "/amount", Assert.IsType<Refusal>(LicenseMeter.Check(world.State, Calls, 0, null, world.Now, MeterRules.Default)).Pointer);
        Assert.Equal(
            "/amount", Assert.IsType<Refusal>(LicenseMeter.Check(world.State, Calls, -1, null, world.Now, MeterRules.Default)).Pointer);
        Assert.Equal("/key", Assert.IsType<Refusal>(LicenseMeter.Check(world.State, Calls, 1, "k", world.Now, MeterRules.Default)).Pointer);
    }

    [Fact]
    public void A_feature_that_the_license_has_not_is_not_allowed()
    {
        var world = new World(Limit(10));
        Assert.Equal((false, RefusalCode.FeatureNotAssigned), (world.Check(code: "unknown").Allowed, world.Check(code: "unknown").Reason));
        world.Do(new ChangeLicense { Suspended = true });
        Assert.Equal(RefusalCode.LicenseSuspended, world.Check(code: "unknown").Reason);
        Assert.Equal(RefusalCode.LicenseSuspended, world.Check().Reason);
    }

    [Fact]
    public void A_check_at_a_threshold_that_suspends_does_not_suspend()
    {
        var world = new World(Tiered(10, FromPercent(100, Level.OverUsage, Policy.SuspendUsage)));
        Assert.Equal(RefusalCode.UsageSuspended, world.Check(11).Reason);
        Assert.True(world.Check(10).Allowed);
        Assert.False(world.Meter.Suspended);
    }
}
