using System.Collections.Immutable;
using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Metrics;

/// <summary>Which readings are none, and which say nothing new.</summary>
public sealed class ReadingRuleTests
{
    [Theory]
    [Rule(1)]
    [InlineData(MetricType.Gauge)]
    [InlineData(MetricType.Total)]
    public void A_reading_below_zero_is_refused_also_where_use_stays_above_it(MetricType metric)
    {
        var world = new World(Limit(100), metric);
        world.Record(5, key: "a");
        world.Record(5, key: "b");
        foreach (Use use in (Use[])[new RecordUse { FeatureCode = Calls }, new Consume { FeatureCode = Calls }])
        {
            Assert.Equal(RefusalCode.InvalidRequest, world.Do<Refusal>(use with { Given = -1, Key = "a" }).Code);
        }

        Assert.Equal(10, world.Meter.Used);
    }

    [Fact]
    public void A_total_may_read_zero()
    {
        var world = new World(Limit(100), MetricType.Total);
        Assert.Equal(0, world.Record(0).Used);
        world.Record(4);
        Assert.Equal(4, world.Record(0).Used);
        Assert.Equal(7, world.Record(3).Used);
    }

    [Fact]
    public void The_keys_of_all_features_of_a_license_are_counted_together()
    {
        var world = new World(Of(Limit(null), "a", MetricType.Gauge), Of(Limit(null), "b", MetricType.Gauge));
        var keys = Enumerable.Range(0, MeterLimits.Keys / 2).ToImmutableDictionary(i => $"k{i}", _ => new Reading(1, world.Now));
        var state = world.State with
        {
            Meters = [.. world.State.Meters.Select(meter => meter with { Readings = keys, Used = keys.Count, LimitUsed = keys.Count })],
        };
        var known = new Consume { FeatureCode = "a", Given = 2, Key = "k1" };
        Assert.Equal(keys.Count + 1, Assert.IsType<UsageAnswer>(LicenseMeter.Apply(state, known, world.Now).Answer).Used);
        var refusal = Assert.IsType<Refusal>(LicenseMeter.Apply(state, known with { Key = "new" }, world.Now).Answer);
        Assert.Equal(RefusalCode.LimitReached, refusal.Code);
    }

    [Fact]
    [Rule(10)]
    public void Several_sources_under_one_name_count_what_the_largest_adds()
    {
        var world = new World(Limit(100), MetricType.Total);
        Assert.Equal([10m, 10m, 10m, 12m], new[] { 10m, 4m, 10m, 12m }.Select(value => world.Record(value, key: "(other)").Used));

        // A source of its own that shows less has started again.
        Assert.Equal([22m, 26m], new[] { 10m, 4m }.Select(value => world.Record(value, key: "a").Used));
    }
}
