using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Holds;

/// <summary>What was set aside is let through, whatever has come since; and what a lease uses after its time is overage.</summary>
public sealed class SettlementTests
{
    [Fact]
    [Rule(6)]
    public void What_was_set_aside_is_settled_also_while_use_is_suspended()
    {
        var world = new World(Tiered(10, FromPercent(100, Level.OverUsage, Policy.SuspendUsage)));
        var hold = world.Hold(4);
        world.Refuse(RefusalCode.UsageSuspended, 20);
        world.Refuse(RefusalCode.UsageSuspended, 1);
        Assert.Equal(4, world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id }).Used);
        world.Refuse(RefusalCode.UsageSuspended, 1);
    }

    [Fact]
    [Rule(7)]
    public void What_was_set_aside_is_settled_also_when_the_credit_is_gone()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 1 }));
        world.Balance(10);
        var hold = world.Hold(10);
        world.Record(10);
        Assert.Equal(-10, world.Usd.Available);
        Assert.Equal(10, world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id }).Cost);
        Assert.Equal(-10, world.Usd.Amount);
    }

    [Fact]
    [Rule(1)]
    public void A_settlement_below_zero_is_refused()
    {
        var world = new World(Limit(10));
        world.Use(5);
        var hold = world.Hold(3);
        Assert.Equal(RefusalCode.InvalidRequest, world.Do<Refusal>(new CommitHold { HoldId = hold.Id, Amount = -3 }).Code);
        Assert.Equal((5m, 3m), (world.Meter.Used, world.Meter.Held));
    }

    [Fact]
    public void A_settlement_of_nothing_gives_all_of_it_back()
    {
        var world = new World(Limit(10));
        world.Use(5);
        var hold = world.Hold(3);
        var answer = world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id, Amount = 0 });
        Assert.Equal((5m, 0m, 5m, 0m), (answer.Used, answer.Held, answer.Remaining, answer.Amount));
        Assert.Equal(EntryKind.HoldClosed, world.Entries[^1].Kind);
    }

    [Fact]
    public void On_a_deleted_license_there_is_nothing_to_settle()
    {
        var world = new World(Limit(10));
        var hold = world.Hold(3);
        world.Do(new ChangeLicense { Deleted = true });
        Assert.Equal(RefusalCode.LicenseNotFound, world.Do<Refusal>(new CommitHold { HoldId = hold.Id }).Code);
    }

    [Fact]
    [Rule(7)]
    public void Use_of_a_lease_that_is_over_has_the_price_of_overage_and_signals_it_once()
    {
        var world = new World(Priced(10, From(0) with { UnitPrice = 1 }, FromPercent(100, Level.OverUsage) with { UnitPrice = 5 }));
        world.Balance(100);
        var lease = world.Hold(4, 3600, HoldKind.Lease);
        world.Wait(TimeSpan.FromHours(2));
        Assert.Equal(10, world.Record(2, lease: lease.Id).Cost);
        Assert.Equal((2m, 2m, 10m), (world.Meter.Used, world.Meter.Overage, world.See().Remaining));
        Assert.Single(world.SignalsOf(SignalType.Overage));
        world.Record(1, lease: lease.Id);
        Assert.Single(world.SignalsOf(SignalType.Overage));
    }

    [Fact]
    [Rule(7)]
    public void Use_of_a_lease_that_is_over_is_like_any_other_where_there_is_no_limit()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 1 }, From(10) with { UnitPrice = 0.1m }));
        world.Balance(100);
        world.Use(10);
        var lease = world.Hold(4, 3600, HoldKind.Lease);
        world.Wait(TimeSpan.FromHours(2));

        Assert.Equal(0.4m, world.Record(4, lease: lease.Id).Cost);
        Assert.Equal((14m, 0m), (world.Meter.Used, world.Meter.Overage));
        Assert.Empty(world.SignalsOf(SignalType.Overage));
    }

    [Fact]
    [Rule(11)]
    public void A_balance_is_low_by_what_is_available_and_holds_take_from_that()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 1 }));
        world.Balance(100, lowAt: 50);
        world.Hold(40);
        world.Use(10);
        Assert.Empty(world.SignalsOf(SignalType.BalanceLow));
        world.Use(1);
        Assert.Equal(49, Assert.Single(world.SignalsOf(SignalType.BalanceLow)).Available);
    }

    [Fact]
    [Rule(11)]
    public void What_is_held_costs_what_it_would_cost_after_the_use_that_is_counted()
    {
        // Use pushes what is held into the second tier, which costs more.
        var world = new World(Priced(null, From(0) with { UnitPrice = 1 }, From(10) with { UnitPrice = 5 }));
        world.Balance(100, lowAt: 70);
        world.Hold(5);
        world.Use(8);
        Assert.Equal(92 - 17, world.Usd.Available);
        Assert.Empty(world.SignalsOf(SignalType.BalanceLow));
        world.Use(2);
        Assert.Equal(90 - 25, Assert.Single(world.SignalsOf(SignalType.BalanceLow)).Available);
    }
}
