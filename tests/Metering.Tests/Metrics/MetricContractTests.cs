using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Metrics;

/// <summary>What the rules do with use of each metric type, in one table: a new type needs a row here.</summary>
[Rule(3), Rule(4), Rule(5)]
public sealed class MetricContractTests
{
    public static TheoryData<MetricType> All => [.. Enum.GetValues<MetricType>()];

    [Theory]
    [MemberData(nameof(All))]
    public void Use_that_is_spent_begins_at_zero_with_a_period_and_a_level_stands(MetricType metric)
    {
        var world = new World(Limit(10, Interval.Month), metric);
        world.Use(4);
        world.WaitUntil("2026-02-02");
        Assert.Equal(Stands(metric) ? 4 : 0, world.See().Used);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Late_use_counts_in_its_closed_period_where_periods_are_apart(MetricType metric)
    {
        var world = new World(Limit(10, Interval.Month), metric);
        world.Use(4);
        world.WaitUntil("2026-02-01T01:00:00Z");
        var used = world.Record(6, at: At("2026-01-31T23:00:00Z")).Used;
        var changed = metric is MetricType.Total or MetricType.Gauge ? 2 : 6;
        Assert.Equal(Stands(metric) ? 4 + changed : 0, used);
        Assert.Equal(
            Stands(metric), world.Last.Entries.Single(entry => entry.Kind == EntryKind.Recorded).Period!.Start == At("2026-02-01"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_level_gives_back_the_grant_that_it_leaves_and_spent_use_uses_it_up(MetricType metric)
    {
        var world = new World(Limit(0, Interval.Month), metric);
        var grant = world.Grant(4);
        world.Use(4);
        world.WaitUntil("2026-02-02").Record(Reads(metric) ? 0.5m : metric == MetricType.Counter ? 1 : -3.5m);
        Assert.Equal(Stands(metric) ? GrantStatus.Active : GrantStatus.UsedUp, world.SeeGrant(grant.Id).Status);
        Assert.Equal(Stands(metric) ? 3.5m : 0, world.SeeGrant(grant.Id).Remaining);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Only_a_sum_of_deltas_that_add_can_be_cut_and_held(MetricType metric)
    {
        var world = new World(Limit(10), metric);
        Assert.Equal(
            metric == MetricType.Counter, world.Do(new Consume { FeatureCode = Calls, Given = 12, AllowPartial = true }) is UsageAnswer);
        world = new World(Limit(10), metric);
        Assert.Equal(
            metric == MetricType.Counter, world.Do(new OpenHold { FeatureCode = Calls, Amount = 1, TtlSeconds = 60 }) is HoldAnswer);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Only_readings_have_keys_and_only_a_gauge_is_corrected_by_its_next_one(MetricType metric)
    {
        var world = new World(Limit(10), metric);
        Assert.Equal(Reads(metric), world.Do(new Consume { FeatureCode = Calls, Given = 4, Key = "one" }) is UsageAnswer);
        world = new World(Limit(10), metric);
        world.Use(4);
        Assert.Equal(metric != MetricType.Gauge, world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 1 }) is UsageAnswer);
    }

    [Theory]
    [InlineData(MetricType.Counter)]
    [InlineData(MetricType.Total)]
    [InlineData(MetricType.UpDown)]
    public void A_correction_gives_the_price_of_spent_use_back_and_a_level_is_priced_at_its_peak(MetricType metric)
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 1 }), metric);
        world.Balance(100);
        world.Use(4);
        world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 1 });
        Assert.Equal(Stands(metric) ? 96 : 97, world.Usd.Amount);
    }

    [Fact]
    public void A_type_without_a_metric_is_a_bug() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new World(Limit(10), (MetricType)99).Use(1));

    private static bool Stands(MetricType metric) => metric is MetricType.Gauge or MetricType.UpDown;

    private static bool Reads(MetricType metric) => metric is MetricType.Gauge or MetricType.Total;
}
