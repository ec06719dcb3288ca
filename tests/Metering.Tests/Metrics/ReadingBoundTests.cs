using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Metrics;

/// <summary>Where readings begin and end: mutants of their rules that no other test had noticed.</summary>
[Rule(1)]
public sealed class ReadingBoundTests
{
    [Theory]
    [InlineData(MetricType.Gauge)]
    [InlineData(MetricType.Total)]
    public void A_reading_may_be_zero_and_not_below(MetricType metric)
    {
        var world = new World(Limit(null), metric);
        Assert.Equal(0, world.Use(0).Used);
        Assert.Equal(3, world.Use(3).Used);
        world.Refuse(RefusalCode.InvalidRequest, -0.000000001m);
        Assert.Equal(3, world.Meter.Used);
    }

    [Fact]
    public void A_check_of_a_total_without_an_amount_asks_for_what_was_read_last()
    {
        var world = new World(Limit(100), MetricType.Total);
        world.Use(40);
        Assert.Equal((40m, 40m), (world.Check().Amount, world.Check().Used));
    }

    [Fact]
    public void A_machine_gets_another_name_and_keeps_it()
    {
        var world = new World(Of(Limit(16), Machines.FeatureCode, MetricType.Gauge));
        world.Do(new SetMachine { Fingerprint = "a", Cores = 4, Name = "Alpha" });
        Assert.Equal("Beta", world.Do<MachineAnswer>(new SetMachine { Fingerprint = "a", Cores = 4, Name = "Beta" }).Name);
        Assert.Equal("Beta", world.Do<MachineAnswer>(new SetMachine { Fingerprint = "a", Cores = 5 }).Name);
    }
}
