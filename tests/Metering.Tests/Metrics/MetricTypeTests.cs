using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Metrics;

public sealed class MetricTypeTests
{
    [Fact]
    public void A_counter_adds_deltas_above_zero()
    {
        var world = new World(Limit(10));
        Assert.Equal(2.5m, world.Use(2.5m).Used);
        Assert.Equal(3, world.Use(0.5m).Used);
        Assert.Equal("/amount", world.Refuse(RefusalCode.InvalidRequest, 0).Pointer);
        Assert.Equal("/amount", world.Refuse(RefusalCode.InvalidRequest, -1).Pointer);
    }

    [Fact]
    public void The_first_reading_of_a_total_counts_whole_and_the_next_by_their_difference()
    {
        var world = new World(Limit(1000), MetricType.Total);
        Assert.Equal(100, world.Use(100).Used);
        Assert.Equal(130, world.Use(130).Used);
        Assert.Equal(130, world.Use(130).Used);
    }

    [Fact]
    public void A_smaller_reading_of_a_total_means_that_its_source_started_again()
    {
        var world = new World(Limit(1000), MetricType.Total);
        world.Use(100);
        Assert.Equal(107, world.Use(7).Used);
        Assert.Equal(110, world.Use(10).Used);
    }

    [Fact]
    public void A_reading_of_a_total_from_before_the_last_one_says_nothing_new()
    {
        var world = new World(Limit(1000), MetricType.Total);
        world.Wait(TimeSpan.FromHours(1)).Use(100);
        Assert.Equal(100, world.Record(60, at: world.Now.AddMinutes(-30)).Used);
        Assert.Equal(120, world.Use(120).Used);
    }

    [Fact]
    public void Each_key_of_a_total_is_a_source_of_its_own()
    {
        var world = new World(Limit(1000), MetricType.Total);
        Assert.Equal(100, world.Use(100, key: "a").Used);
        Assert.Equal(140, world.Use(40, key: "b").Used);
        Assert.Equal(150, world.Use(110, key: "a").Used);
        Assert.Equal(155, world.Use(5, key: "b").Used);
        Assert.Equal(225, world.Use(70).Used);
        Assert.Equal((110m, 5m, 70m), (world.Meter.Readings!["a"].Value, world.Meter.Readings["b"].Value, world.Meter.LastReading!.Value));
        Assert.Equal("a", world.EntriesOf(EntryKind.Consumed).First().Key);
    }

    [Fact]
    public void A_first_reading_may_be_the_base_from_which_use_is_counted()
    {
        var world = new World(Limit(50) with { FirstReading = FirstReading.Base }, MetricType.Total);
        Assert.Equal(0, world.Use(41_000, key: "a").Used);
        Assert.Equal(20, world.Use(41_020, key: "a").Used);
        Assert.Equal(20, world.Use(900, key: "b").Used);
        Assert.Equal(20, world.Use(77).Used);
        world.Refuse(RefusalCode.QuotaExceeded, 41_060, key: "a");
        Assert.Equal(25, world.Use(905, key: "b").Used);
        Assert.Equal(32, world.Use(7, key: "a").Used);
    }

    [Fact]
    public void A_base_is_the_first_reading_that_came_and_an_older_one_says_nothing()
    {
        var world = new World(Limit(50) with { FirstReading = FirstReading.Base }, MetricType.Total);
        world.Wait(TimeSpan.FromHours(2));
        Assert.Equal(0, world.Record(100, key: "a", at: World.Begin.AddHours(1)).Used);
        Assert.Equal(0, world.Record(60, key: "a", at: World.Begin.AddMinutes(30)).Used);
        Assert.Equal(5, world.Record(105, key: "a").Used);
    }

    [Fact]
    public void A_total_has_a_limit_of_keys_and_forgets_none()
    {
        var world = new World(Limit(null), MetricType.Total);
        for (var i = 0; i < MeterLimits.Keys; i++)
        {
            world.Use(0, key: "k" + i);
        }

        world.Refuse(RefusalCode.LimitReached, key: "more");
        Assert.Equal(3, world.Use(3, key: "k7").Used);
    }

    [Fact]
    public void A_total_goes_on_counting_after_its_period()
    {
        var world = new World(Limit(1000, Interval.Month), MetricType.Total);
        world.Use(100);
        Assert.Equal(20, world.WaitUntil("2026-02-01").Use(120).Used);
    }

    [Fact]
    public void A_gauge_is_its_latest_reading()
    {
        var world = new World(Limit(10), MetricType.Gauge);
        Assert.Equal(8, world.Use(8).Used);
        Assert.Equal(3, world.Use(3).Used);
        Assert.Equal(0, world.Use(0).Used);
        world.Refuse(RefusalCode.QuotaExceeded, 11);
        Assert.Equal("/amount", world.Refuse(RefusalCode.InvalidRequest, -1).Pointer);
    }

    [Fact]
    public void A_keyed_gauge_is_the_sum_of_each_keys_latest_reading()
    {
        var world = new World(Limit(10), MetricType.Gauge);
        world.Use(4, key: "a");
        Assert.Equal(9, world.Use(5, key: "b").Used);
        Assert.Equal(7, world.Use(2, key: "a").Used);
        world.Refuse(RefusalCode.QuotaExceeded, 6, key: "a");
        Assert.Equal(2, world.Meter.Readings!["a"].Value);
    }

    [Fact]
    public void An_older_reading_of_a_gauge_does_not_replace_a_newer_one()
    {
        var world = new World(Limit(10), MetricType.Gauge);
        world.Wait(TimeSpan.FromHours(1)).Use(4, key: "a");
        Assert.Equal(4, world.Record(9, at: world.Now.AddMinutes(-1), key: "a").Used);
        Assert.Equal(4, world.Meter.Readings!["a"].Value);
    }

    [Fact]
    public void Only_a_gauge_has_keys() =>
        Assert.Equal("/key", new World(Limit(10)).Refuse(RefusalCode.InvalidRequest, key: "a").Pointer);

    [Fact]
    public void An_up_down_adds_signed_deltas_and_never_goes_below_zero()
    {
        var world = new World(Limit(10), MetricType.UpDown);
        world.Use(7);
        Assert.Equal(2, world.Use(-5).Used);
        Assert.Equal("/amount", world.Refuse(RefusalCode.InvalidRequest, -3).Pointer);
        Assert.Equal("/amount", world.Refuse(RefusalCode.InvalidRequest, 0).Pointer);
        Assert.Equal(10, world.Use(8).Used);
        world.Refuse(RefusalCode.QuotaExceeded);
    }

    [Fact]
    public void A_record_that_would_take_an_up_down_below_zero_takes_it_to_zero()
    {
        var world = new World(Limit(10), MetricType.UpDown);
        world.Use(7);
        Assert.Equal(0, world.Record(-9).Used);
        Assert.Equal((-7m, -9m), (world.Entries[^1].Amount, world.Entries[^1].Value));
    }

    [Theory]
    [InlineData(MetricType.Gauge)]
    [InlineData(MetricType.UpDown)]
    public void A_standing_level_outlives_its_period(MetricType metric)
    {
        var world = new World(Limit(10, Interval.Month), metric);
        world.Use(8);
        world.WaitUntil("2026-05-10");
        Assert.Equal((8m, 2m), (world.See().Used, world.See().Remaining));
        Assert.Equal(8, world.Record(metric == MetricType.Gauge ? 8 : 0.5m).Used - (metric == MetricType.Gauge ? 0 : 0.5m));
        Assert.Equal(8, world.EntriesOf(EntryKind.PeriodClosed).Last().After);
    }

    [Fact]
    public void A_standing_level_that_falls_is_never_refused_for_quota()
    {
        var world = new World(Limit(10, over: Policy.AllowWithOverage), MetricType.Gauge);
        world.Use(20);
        world.Do(new AssignFeature { Feature = Of(Limit(5), metric: MetricType.Gauge) });
        var answer = world.Use(15);
        Assert.Equal((15m, 10m, Level.OverUsage), (answer.Used, answer.Overage, answer.Level));
    }

    [Fact]
    public void A_boolean_feature_is_had_and_never_counted()
    {
        var world = new World(new FeatureTerms(Boolean("pro"), Limit(null, Interval.Day)));
        var answer = world.WaitUntil("2026-03-01").Use(code: "pro");
        Assert.Equal((true, FeatureKind.Boolean, null), (answer.Allowed, answer.Kind, answer.Period));
        Assert.True(world.Check(code: "pro").Allowed);
        Assert.True(world.See("pro").Allowed);
        Assert.Equal("/feature_code", world.Do<Refusal>(new RecordUse { FeatureCode = "pro" }).Pointer);
        Assert.Equal("/feature_code", world.Do<Refusal>(new DecrementUsage { FeatureCode = "pro", Amount = 1 }).Pointer);
        Assert.Equal("/feature_code", world.Do<Refusal>(new ResetUsage { FeatureCode = "pro" }).Pointer);
        Assert.Equal("/feature_code", world.Do<Refusal>(new AddGrant { FeatureCode = "pro", Amount = 1 }).Pointer);
        world.Do<Done>(new UnassignFeature { FeatureCode = "pro" });
        Assert.DoesNotContain(world.Entries, entry => entry.Kind is EntryKind.PeriodClosed or EntryKind.Consumed);
        world.Refuse(RefusalCode.FeatureNotAssigned, feature: "pro");
    }
}
