using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Balances;

/// <summary>Credit for holds: what all of them together will cost, a base price once (rule 7).</summary>
[Rule(7)]
public sealed class HeldCreditTests
{
    [Fact]
    public void A_base_price_is_held_once()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 0.333333333m, BasePrice = 6 }));
        world.Balance(10);
        var first = world.Hold(3);
        var second = world.Hold(3);
        Assert.Equal((7.999999998m, 2.000000002m), (world.Usd.Held, world.Usd.Available));
        Assert.Equal(6.999999999m, world.Do<UsageAnswer>(new CommitHold { HoldId = second.Id }).Cost);
        Assert.Equal(0.999999999m, world.Usd.Held);
        Assert.Equal(0.999999999m, world.Do<UsageAnswer>(new CommitHold { HoldId = first.Id }).Cost);
        Assert.Equal((2.000000002m, 0m), (world.Usd.Amount, world.Usd.Held));
    }

    [Fact]
    public void The_base_price_stays_held_when_the_hold_that_came_first_is_released_or_over()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 1, BasePrice = 6 }));
        world.Balance(100);
        var first = world.Hold(1);
        world.Hold(2, seconds: 60);
        world.Hold(3);
        Assert.Equal(12, world.Usd.Held);
        world.Do<Done>(new ReleaseHold { HoldId = first.Id });
        Assert.Equal(11, world.Usd.Held);
        world.Wait(TimeSpan.FromSeconds(60));
        Assert.Equal(9, world.Usd.Held);
        world.Use(1);
        Assert.Equal((93m, 3m), (world.Usd.Amount, world.Usd.Held));
    }

    [Fact]
    public void Holds_on_both_sides_of_a_tier_hold_the_price_of_each_side()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 1 }, From(4) with { UnitPrice = 2, BasePrice = 10 }));
        world.Balance(100);
        var first = world.Hold(3);
        var second = world.Hold(3);
        Assert.Equal(18, world.Usd.Held);
        Assert.Equal(3, world.Do<UsageAnswer>(new CommitHold { HoldId = second.Id }).Cost);
        Assert.Equal(15, world.Usd.Held);
        Assert.Equal(15, world.Do<UsageAnswer>(new CommitHold { HoldId = first.Id }).Cost);
        Assert.Equal((82m, 0m), (world.Usd.Amount, world.Usd.Held));
    }

    [Fact]
    public void Use_that_enters_the_tier_in_between_leaves_no_base_price_held()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 1, BasePrice = 6 }));
        world.Balance(20);
        world.Hold(2);
        Assert.Equal(8, world.Usd.Held);
        Assert.Equal(7, world.Use(1).Cost);
        Assert.Equal((13m, 2m), (world.Usd.Amount, world.Usd.Held));
    }

    [Fact]
    public void Use_that_pushes_a_hold_into_a_dearer_tier_needs_that_credit_too()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 1 }, From(5) with { UnitPrice = 10 }));
        world.Balance(20);
        var hold = world.Hold(2);
        var refusal = world.Refuse(RefusalCode.InsufficientCredits, 5);
        Assert.Equal("The balance in USD has 18 available, and 23 would be needed.", refusal.Detail);
        world.Use(4);
        Assert.Equal((16m, 11m), (world.Usd.Amount, world.Usd.Held));
        Assert.Equal(11, world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id }).Cost);
    }

    [Fact]
    public void A_new_period_holds_the_base_price_anew()
    {
        var world = new World(
            Priced(null, From(0) with { UnitPrice = 1, BasePrice = 6 }) with { Reset = new Reset { Interval = Interval.Day } });
        world.Balance(20);
        world.Use(1);
        world.Hold(2, seconds: 100_000);
        Assert.Equal(2, world.Usd.Held);
        world.Wait(TimeSpan.FromDays(1));
        Assert.Equal((13m, 8m), (world.Usd.Amount, world.Usd.Held));
    }

    [Fact]
    public void A_hold_in_one_feature_is_not_spent_by_another()
    {
        var world = new World(
            Of(Priced(null, From(0) with { BasePrice = 6 })),
            Of(Priced(null, From(0) with { UnitPrice = 1 }) with { Reset = new Reset { Interval = Interval.Day } }, "jobs"));
        world.Balance(10);
        world.Use(1);
        world.Hold(3, seconds: 100_000, code: "jobs");
        Assert.Equal((4m, 3m), (world.Usd.Amount, world.Usd.Held));
        Assert.Equal(
            RefusalCode.InsufficientCredits,
            world.Do<Refusal>(new ChangeBalance { Unit = "USD", Change = BalanceChange.Withdraw, Amount = 2 }).Code);
    }

    [Fact]
    public void A_suspended_balance_pays_for_no_use_that_spares_a_hold_its_base_price()
    {
        var world = new World(Priced(null, From(0) with { BasePrice = 10 }));
        world.Balance(10);
        var hold = world.Hold(10);
        world.Do(new ChangeBalance { Unit = "USD", Change = BalanceChange.Suspend });
        Assert.Equal("The balance in USD is suspended.", world.Refuse(RefusalCode.InsufficientCredits).Detail);
        Assert.Equal((false, RefusalCode.InsufficientCredits), (world.Check(1).Allowed, world.Check(1).Reason));
        Assert.Equal(RefusalCode.InsufficientCredits, world.Do<Refusal>(new CommitHold { HoldId = hold.Id, Amount = 11 }).Code);
        Assert.Equal((10m, 0m), (world.Usd.Amount, world.See().Used));

        // What was set aside is settled all the same, and what costs nothing needs no balance.
        Assert.Equal(10, world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id }).Cost);
        Assert.Equal((0m, 0m), (world.Use(1).Cost, world.Usd.Amount));
    }

    [Fact]
    public void Use_that_spares_a_hold_its_base_price_needs_the_balance_of_the_unit_in_which_it_is_priced()
    {
        var terms = Priced(null, From(0) with { BasePrice = 10 });
        var world = new World(terms);
        world.Balance(10);
        world.Hold(10);
        world.Do(new AssignFeature { Feature = Of(terms with { PriceUnit = "EUR" }) });
        Assert.Equal("The license has no balance in EUR.", world.Refuse(RefusalCode.InsufficientCredits).Detail);
        Assert.False(world.Check(1).Allowed);
        Assert.Equal(0, world.See().Used);
    }

    [Fact]
    public void Use_without_a_price_that_pushes_a_hold_into_a_dearer_tier_needs_that_credit()
    {
        var world = new World(Priced(null, From(0), From(5) with { UnitPrice = 10 }));
        world.Hold(2);
        world.Use(3);
        Assert.Equal("The license has no balance in USD.", world.Refuse(RefusalCode.InsufficientCredits).Detail);
        world.Balance(10);
        Assert.Equal(0, world.Use(1).Cost);
        Assert.Equal((10m, 10m), (world.Usd.Amount, world.Usd.Held));
    }
}
