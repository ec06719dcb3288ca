using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

[Rule(6)]
public sealed class PolicyTests
{
    [Fact]
    public void Notify_only_allows_and_signals()
    {
        var world = new World(Tiered(null, From(10, Level.Critical)));
        var answer = world.Use(11);
        Assert.Equal((true, Policy.NotifyOnly), (answer.Allowed, answer.Policy));
        Assert.Equal([SignalType.LevelChanged], answer.Signals.AsEnumerable());
    }

    [Fact]
    public void Allow_with_overage_allows_and_counts_the_overage()
    {
        var world = new World(Tiered(10, FromPercent(100, Level.OverUsage, Policy.AllowWithOverage)));
        Assert.Equal(4, world.Use(14).Overage);
        Assert.Equal([SignalType.LevelChanged, SignalType.Overage], world.Last.Signals.Select(signal => signal.Type));
        Assert.Equal(7, world.Use(3).Overage);
    }

    [Fact]
    public void Allow_with_grace_allows_up_to_the_grace_and_then_denies()
    {
        var world = new World(Tiered(10, FromPercent(100, Level.OverUsage, Policy.AllowWithGrace) with { Grace = 5 }));
        world.Refuse(RefusalCode.QuotaExceeded, 15.000000001m);
        Assert.Equal(5, world.Use(15).Overage);
        world.Refuse(RefusalCode.QuotaExceeded, 0.000000001m);
    }

    [Fact]
    public void Deny_refuses_in_its_tier_only()
    {
        var world = new World(Tiered(100, From(50, Level.Critical, Policy.Deny)));
        world.Use(50);
        Assert.Equal(50, world.Refuse(RefusalCode.QuotaExceeded).Usage!.Remaining);
    }

    [Fact]
    public void Suspend_usage_refuses_this_and_everything_after_it_until_resumed()
    {
        var world = new World(Tiered(10, FromPercent(100, Level.OverUsage, Policy.SuspendUsage)));
        world.Use(5);
        world.Refuse(RefusalCode.UsageSuspended, 6);
        world.Refuse(RefusalCode.UsageSuspended, 1);
        Assert.Single(world.EntriesOf(EntryKind.UsageSuspended));
        Assert.Single(world.SignalsOf(SignalType.UsageSuspended));
        Assert.Equal(RefusalCode.UsageSuspended, world.Do<Refusal>(new OpenHold { FeatureCode = Calls, Amount = 1, TtlSeconds = 1 }).Code);
        Assert.Equal(8, world.Record(3).Used);
        world.Do(new ResumeUsage { FeatureCode = Calls });
        Assert.Equal(10, world.Use(2).Used);
    }

    [Fact]
    public void A_suspended_level_cannot_be_lowered_either_until_resumed()
    {
        var world = new World(Tiered(10, FromPercent(100, Level.OverUsage, Policy.SuspendUsage)), MetricType.Gauge);
        world.Use(5);
        world.Refuse(RefusalCode.UsageSuspended, 11);
        world.Refuse(RefusalCode.UsageSuspended, 4);
    }

    [Fact]
    public void Policies_apply_to_total_and_levels_as_to_counters()
    {
        foreach (var metric in Enum.GetValues<MetricType>())
        {
            var world = new World(Limit(10), metric);
            world.Use(10);
            world.Refuse(RefusalCode.QuotaExceeded, metric is MetricType.Total or MetricType.Gauge ? 11 : 1);
        }
    }
}
