using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Usage;

/// <summary>Rule 10: a reading from before a removal or a reset changes nothing.</summary>
[Rule(10)]
public sealed class RemovalTests
{
    private const string Cores = Machines.FeatureCode;

    [Fact]
    public void A_reading_from_before_a_machines_removal_does_not_bring_it_back()
    {
        var world = new World(new FeatureTerms(Machines.Feature, Limit(100)));
        world.WaitUntil("2026-01-01T10:00:00Z").Do(new SetMachine { Fingerprint = "m1", Cores = 4 });
        world.WaitUntil("2026-01-01T10:30:00Z").Do(new RemoveMachine { Fingerprint = "m1" });
        world.WaitUntil("2026-01-01T10:31:00Z").Record(4, Cores, At("2026-01-01T10:20:00Z"), key: "m1");
        var entry = world.Entries[^1];
        Assert.Equal(
            (0m, 0m, 4m, null, "older than the removal of its key"), (entry.Amount, entry.After, entry.Value, entry.Day, entry.Detail));
        Assert.Equal(0, world.See(Cores).Used);
    }

    [Fact]
    public void A_reading_from_after_the_removal_brings_the_machine_back()
    {
        var world = new World(new FeatureTerms(Machines.Feature, Limit(100)));
        world.WaitUntil("2026-01-01T10:00:00Z").Do(new SetMachine { Fingerprint = "m1", Cores = 4 });
        world.WaitUntil("2026-01-01T10:30:00Z").Do(new RemoveMachine { Fingerprint = "m1" });
        world.WaitUntil("2026-01-01T11:00:00Z").Record(8, Cores, At("2026-01-01T10:40:00Z"), key: "m1");
        Assert.Equal(8, world.See(Cores).Used);
        Assert.Null(world.State.FindMeter(Cores)!.Past!.Removed);
        Assert.Equal(8, world.Record(4, Cores, At("2026-01-01T10:20:00Z"), key: "m1").Used);
    }

    [Fact]
    public void What_was_removed_stays_removed_when_the_late_window_is_over()
    {
        var world = new World(new FeatureTerms(Machines.Feature, Limit(100)));
        world.Do(new SetMachine { Fingerprint = "m1", Cores = 4 });
        world.Do(new SetMachine { Fingerprint = "m2", Cores = 2 });
        world.WaitUntil("2026-01-01T10:30:00Z").Do(new RemoveMachine { Fingerprint = "m1" });
        world.WaitUntil("2026-01-09").Do(new RemoveMachine { Fingerprint = "m2" });
        Assert.Equal("m2", Assert.Single(world.State.FindMeter(Cores)!.Past!.Removed!).Key);
        world.Record(4, Cores, At("2026-01-01T10:20:00Z"), key: "m1");
        Assert.Equal(0, world.See(Cores).Used);
        Assert.Equal(4, world.Record(4, Cores, At("2026-01-01T10:30:00Z"), key: "m3").Used);
    }

    [Fact]
    public void A_churn_of_machines_is_remembered_in_bounded_room()
    {
        var world = new World(new FeatureTerms(Machines.Feature, Limit(null)));
        for (var i = 0; i < MeterLimits.RemovedKeys + 20; i++)
        {
            world.Wait(TimeSpan.FromSeconds(1)).Do(new SetMachine { Fingerprint = "m" + i, Cores = 1 });
            world.Wait(TimeSpan.FromSeconds(1)).Do(new RemoveMachine { Fingerprint = "m" + i });
        }

        Assert.Equal(MeterLimits.RemovedKeys, world.State.FindMeter(Cores)!.Past!.Removed!.Count);
        world.Record(1, Cores, World.Begin, key: "m0");
        world.Record(1, Cores, World.Begin, key: "m519");
        Assert.Equal(0, world.See(Cores).Used);
    }

    [Fact]
    public void Keys_that_made_room_stay_gone_too()
    {
        var world = new World(Limit(null), MetricType.Gauge);
        for (var i = 0; i < MeterLimits.Keys; i++)
        {
            world.Use(i < 3 ? 0 : 1, key: "seat" + i);
        }

        world.Wait(TimeSpan.FromMinutes(30)).Use(1, key: "new");
        var before = world.Meter.Used;
        Assert.Equal(before, world.Record(1, at: World.Begin.AddMinutes(-1), key: "seat1").Used);
    }

    [Fact]
    public void A_reading_from_before_a_reset_changes_nothing()
    {
        foreach (var metric in new[] { MetricType.Gauge, MetricType.Total, MetricType.UpDown })
        {
            var key = metric == MetricType.Gauge ? "seat" : null;
            var world = new World(Limit(100, Interval.Month), metric);
            world.WaitUntil("2026-01-02T10:00:00Z").Use(10, key: key);
            world.WaitUntil("2026-01-02T10:30:00Z").Do(new ResetUsage { FeatureCode = Calls });
            world.WaitUntil("2026-01-02T10:31:00Z").Record(14, at: At("2026-01-02T10:20:00Z"), key: key);
            Assert.Equal((0m, null, "older than the reset"), (world.Entries[^1].Amount, world.Entries[^1].Day, world.Entries[^1].Detail));
            Assert.Equal(0, world.Meter.Used);
            Assert.Equal(metric == MetricType.Total ? 6m : 16m, world.Record(16, at: At("2026-01-02T10:30:30Z"), key: key).Used);
        }
    }

    [Fact]
    public void A_reset_of_a_gauge_without_keys_is_remembered_too()
    {
        var world = new World(Limit(100), MetricType.Gauge);
        world.WaitUntil("2026-01-02T10:00:00Z").Use(10);
        world.WaitUntil("2026-01-02T10:30:00Z").Do(new ResetUsage { FeatureCode = Calls });
        Assert.Equal(0, world.WaitUntil("2026-01-02T10:31:00Z").Record(10, at: At("2026-01-02T10:20:00Z")).Used);
    }
}
