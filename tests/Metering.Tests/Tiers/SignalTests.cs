using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

[Rule(11)]
public sealed class SignalTests
{
    private static readonly Terms ThreeLevels = Tiered(
        100,
        FromPercent(80, Level.Warning),
        FromPercent(90, Level.Critical),
        FromPercent(100, Level.OverUsage, Policy.AllowWithOverage));

    [Fact]
    public void Each_crossing_is_signalled_once_in_a_period()
    {
        var world = new World(ThreeLevels);
        world.Use(85);
        world.Use(1);
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 10 });
        world.Use(10);
        var levels = world.SignalsOf(SignalType.LevelChanged).Select(signal => (signal.PreviousLevel, signal.Level));
        Assert.Equal([(Level.Normal, Level.Warning), (Level.Warning, Level.Normal)], levels);
        world.WaitUntil("2026-02-01").Use(85);
        Assert.Equal(3, world.SignalsOf(SignalType.LevelChanged).Count());
    }

    [Fact]
    public void A_use_that_crosses_more_levels_signals_where_it_ends_and_then_the_overage()
    {
        var world = new World(ThreeLevels);
        var answer = world.Use(120);
        Assert.Equal([SignalType.LevelChanged, SignalType.Overage], answer.Signals.AsEnumerable());
        Assert.Equal([(Level.OverUsage, 0), (Level.OverUsage, 1)], world.Signals.Select(signal => (signal.Level!.Value, signal.Ordinal)));
        Assert.All(
            world.Signals,
            signal => Assert.Equal((answer.Sequence, 120m, 100m, 20m), (signal.Sequence, signal.Used, signal.Allowance, signal.Overage)));
        world.Use(1);
        Assert.Equal(2, world.Signals.Count);
    }

    [Fact]
    public void Signals_come_in_the_order_of_their_causes()
    {
        var world = new World(ThreeLevels);
        world.Use(95);
        world.Grant(10, until: "2026-01-20");
        world.WaitUntil("2026-02-02").Use(101);
        SignalType[] expected =
        [
            SignalType.LevelChanged, SignalType.LevelChanged, SignalType.GrantEnded, SignalType.PeriodClosed, SignalType.LevelChanged,
            SignalType.Overage,
        ];
        Assert.Equal(expected, world.Signals.Select(signal => signal.Type));
        Assert.Equal(world.Signals.Select(signal => signal.Id).Distinct(), world.Signals.Select(signal => signal.Id));
        var places = world.Signals.Select(signal => (signal.Sequence, signal.Ordinal)).ToList();
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void A_level_that_a_plan_changes_is_signalled_under_the_plans_entry()
    {
        var world = new World(
            World.Begin, new OpenLicense { LicenseId = "lic_1", TenantId = "t", Plans = [Plan("free", "base", Of(ThreeLevels))] });
        world.Use(85);
        world.Do(new SetPlans { Plans = [Plan("pro", "base", Of(ThreeLevels with { Limit = 1000 }))] });
        Assert.Equal((EntryKind.PlansChanged, world.State.Sequence), (world.Entries[^1].Kind, world.Signals[^1].Sequence));
        Assert.Equal(["lic_1.2.0", "lic_1.3.0"], world.Signals.Select(signal => signal.Id));
    }

    [Fact]
    public void A_level_that_a_scheduled_grant_changes_has_an_entry_of_its_own()
    {
        var world = new World(ThreeLevels);
        world.Grant(100, from: "2026-01-10");
        world.Use(85);
        world.WaitUntil("2026-01-11").Do(new DecrementUsage { FeatureCode = Calls });
        Assert.Equal((EntryKind.GrantEffective, Level.Normal), (world.Entries[^1].Kind, world.Signals[^1].Level));
        Assert.Equal(world.State.Sequence, world.Signals[^1].Sequence);
    }

    [Fact]
    public void A_meter_begins_at_the_level_of_its_first_tier_without_a_signal()
    {
        var world = new World(Tiered(null, From(0, Level.Warning)));
        Assert.Equal(Level.Warning, world.See().Level);
        world.Use(1);
        Assert.Empty(world.Signals);
    }

    [Fact]
    public void A_low_and_an_exhausted_balance_are_signalled_each_once_until_topped_up()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 1 }));
        world.Balance(100);
        world.Use(90);
        Assert.Empty(world.Signals);
        world.Use(1);
        Assert.Equal(
            (SignalType.BalanceLow, "USD", 9m), (world.Signals.Single().Type, world.Signals[0].Unit, world.Signals[0].Available!.Value));
        world.Use(5);
        world.Use(4);
        Assert.Equal([SignalType.BalanceLow, SignalType.BalanceExhausted], world.Signals.Select(signal => signal.Type));
        world.Do(new ChangeBalance { Unit = "USD", Change = BalanceChange.TopUp, Amount = 20 });
        world.Use(15);
        Assert.Equal(SignalType.BalanceLow, world.Signals[^1].Type);
        Assert.Equal(3, world.Signals.Count);
    }

    [Fact]
    public void A_balance_that_is_opened_empty_is_no_news()
    {
        var world = new World(Limit(1));
        world.Balance(0);
        world.Do(new ChangeBalance { Unit = "USD", Change = BalanceChange.Suspend });
        Assert.Empty(world.Signals);
    }

    [Fact]
    public void A_change_of_the_license_is_signalled()
    {
        var world = new World(Limit(1));
        world.Do(new ChangeLicense { Suspended = true });
        world.Do(new ChangeLicense { Suspended = false });
        world.Do(new ChangeLicense { SetExpiry = true });
        world.Do(new ChangeLicense { Deleted = true });
        Assert.Equal(
            ["suspended", "resumed", "expiry changed", "deleted"],
            world.SignalsOf(SignalType.LicenseChanged).Select(signal => signal.Detail));
    }
}
