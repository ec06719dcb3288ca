using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Balances;

[Rule(7)]
public sealed class BalanceTests
{
    private static readonly Terms OneEach = Priced(null, From(0) with { UnitPrice = 1 });

    [Fact]
    public void A_balance_that_cannot_cover_the_cost_refuses()
    {
        var world = new World(OneEach);
        world.Balance(10);
        world.Use(9);
        Assert.Contains("1", world.Refuse(RefusalCode.InsufficientCredits, 2).Detail, StringComparison.Ordinal);
        Assert.Equal((9m, 1m), (world.Meter.Used, world.Usd.Amount));
        world.Use(1);
        Assert.Equal(0, world.Usd.Available);
    }

    [Fact]
    public void Without_a_balance_priced_use_is_refused() =>
        new World(OneEach).Refuse(RefusalCode.InsufficientCredits);

    [Fact]
    public void A_balance_may_allow_overage()
    {
        var world = new World(OneEach);
        world.Balance(10, overage: true);
        world.Use(25);
        var seen = LicenseMeter.Balances(world.State, world.Now, MeterRules.Default).Single();
        Assert.Equal((-15m, 15m, 25m), (seen.Amount, seen.Overage, seen.Spent));
    }

    [Fact]
    public void Use_that_has_happened_takes_a_balance_below_zero()
    {
        var world = new World(OneEach);
        world.Balance(10);
        world.Record(12);
        Assert.Equal(-2, world.Usd.Amount);
        world.Refuse(RefusalCode.InsufficientCredits);
    }

    [Fact]
    public void Use_that_has_happened_without_a_balance_has_a_cost_that_nobody_paid()
    {
        var world = new World(OneEach);
        Assert.Equal(12, world.Record(12).Cost);
        Assert.Null(world.Entries[^1].BalanceAfter);
        world.Balance(10);
        Assert.Equal(10, world.Usd.Amount);
    }

    [Fact]
    public void Top_up_and_withdraw_are_kept_in_the_books()
    {
        var world = new World(OneEach);
        world.Balance(10);
        world.Do(new ChangeBalance { Unit = "USD", Change = BalanceChange.TopUp, Amount = 5.5m });
        world.Use(3);
        var answer = world.Do<BalanceAnswer>(new ChangeBalance { Unit = "USD", Change = BalanceChange.Withdraw, Amount = 2 });
        Assert.Equal((10.5m, 15.5m, 3m, 2m), (answer.Amount, answer.Bought, answer.Spent, answer.Withdrawn));
        Assert.Equal(
            [10m, 15.5m, 12.5m, 10.5m],
            world.Entries.Where(entry => entry.BalanceAfter is not null).Select(entry => entry.BalanceAfter!.Value));
        Assert.Equal(
            RefusalCode.InsufficientCredits,
            world.Do<Refusal>(new ChangeBalance { Unit = "USD", Change = BalanceChange.Withdraw, Amount = 10.6m }).Code);
    }

    [Fact]
    public void A_suspended_balance_refuses_priced_use_until_resumed()
    {
        var world = new World(OneEach);
        world.Balance(10);
        world.Do(new ChangeBalance { Unit = "USD", Change = BalanceChange.Suspend });
        world.Refuse(RefusalCode.InsufficientCredits);
        world.Do(new ChangeBalance { Unit = "USD", Change = BalanceChange.Resume });
        world.Use(1);
        Assert.Equal(
            [EntryKind.BalanceSuspended, EntryKind.BalanceResumed],
            world.Entries.Select(entry => entry.Kind).Where(kind => kind is EntryKind.BalanceSuspended or EntryKind.BalanceResumed));
    }

    [Fact]
    public void A_balance_may_be_allowed_below_zero_later_and_no_longer()
    {
        var world = new World(OneEach);
        world.Balance(10);
        var allowed = world.Do<BalanceAnswer>(new ChangeBalanceTerms { Unit = "USD", AllowOverage = true });
        world.Use(12);
        var refused = world.Do<BalanceAnswer>(new ChangeBalanceTerms { Unit = "USD", AllowOverage = false });

        world.Refuse(RefusalCode.InsufficientCredits);

        Assert.Equal((true, 1m, false, 1m), (allowed.AllowOverage, allowed.LowAt, refused.AllowOverage, refused.LowAt));
        Assert.Equal(-2, refused.Amount);
        Assert.Equal(["overage allowed", "overage not allowed"], world.EntriesOf(EntryKind.BalanceChanged).Select(entry => entry.Detail));
        Assert.Equal(
            (EntryKind.BalanceChanged, 0m, -2m), (world.Entries[^1].Kind, world.Entries[^1].Amount, world.Entries[^1].BalanceAfter));
    }

    [Fact]
    public void Another_mark_for_low_credit_is_told_anew_and_at_once_where_less_is_left()
    {
        var world = new World(OneEach);
        world.Balance(100, lowAt: 20);
        world.Use(85);
        Assert.Equal([SignalType.BalanceLow], Told());
        world.Do(new ChangeBalanceTerms { Unit = "USD", LowAt = 10 });
        Assert.Empty(Told());
        world.Use(6);
        Assert.Equal([SignalType.BalanceLow], Told());
        world.Do(new ChangeBalanceTerms { Unit = "USD", LowAt = 50 });
        Assert.Equal([SignalType.BalanceLow], Told());
        world.Do(new ChangeBalanceTerms { Unit = "USD", AllowOverage = true });
        Assert.Empty(Told());
        world.Use(9);
        Assert.Equal([SignalType.BalanceExhausted], Told());
        world.Do(new ChangeBalanceTerms { Unit = "USD", AllowOverage = false, LowAt = 60.5m });
        Assert.Empty(Told());
        Assert.Equal("overage not allowed, low at 60.5", world.Entries[^1].Detail);

        // A balance that was opened low is no news, and that it may fall below zero makes none of it.
        world.Do(new OpenBalance { Unit = "EUR", Amount = 5, LowAt = 10 });
        world.Do(new ChangeBalanceTerms { Unit = "EUR", AllowOverage = true });
        Assert.Empty(Told());

        IEnumerable<SignalType> Told() => world.Last.Signals.Select(signal => signal.Type)
            .Where(type => type is SignalType.BalanceLow or SignalType.BalanceExhausted);
    }

    [Fact]
    public void A_license_may_have_a_balance_in_each_unit()
    {
        var world = new World(Of(OneEach), Of(OneEach with { PriceUnit = "tokens" }, "chat"));
        world.Balance(10);
        world.Do(new OpenBalance { Unit = "tokens", Amount = 100 });
        world.Use(4);
        world.Use(50, "chat");
        Assert.Equal((6m, 50m), (world.Usd.Amount, world.State.FindBalance("tokens")!.Amount));
    }

    [Fact]
    public void What_a_hold_set_aside_is_not_to_be_withdrawn_or_spent()
    {
        var world = new World(OneEach);
        world.Balance(10);
        world.Hold(7);
        Assert.Equal((10m, 7m, 3m), (world.Usd.Amount, world.Usd.Held, world.Usd.Available));
        world.Refuse(RefusalCode.InsufficientCredits, 4);
        Assert.Equal(
            RefusalCode.InsufficientCredits,
            world.Do<Refusal>(new ChangeBalance { Unit = "USD", Change = BalanceChange.Withdraw, Amount = 4 }).Code);
    }

    [Fact]
    public void A_balance_is_opened_once_and_must_be_there_to_be_changed()
    {
        var world = new World(OneEach);
        world.Balance(10);
        Assert.Equal(RefusalCode.BalanceExists, world.Do<Refusal>(new OpenBalance { Unit = "USD" }).Code);
        Assert.Equal(RefusalCode.BalanceNotFound, world.Do<Refusal>(new ChangeBalance { Unit = "EUR", Amount = 1 }).Code);
        Assert.Equal(RefusalCode.BalanceNotFound, world.Do<Refusal>(new ChangeBalanceTerms { Unit = "EUR", LowAt = 1 }).Code);
        Assert.Equal("/low_at", world.Do<Refusal>(new ChangeBalanceTerms { Unit = "USD", LowAt = -1 }).Pointer);
    }

    [Theory]
    [InlineData(BalanceChange.TopUp, 0)]
    [InlineData(BalanceChange.TopUp, -5)]
    [InlineData(BalanceChange.Withdraw, 0)]
    [InlineData(BalanceChange.Withdraw, -5)]
    public void An_amount_of_nothing_or_less_is_refused(BalanceChange change, int amount)
    {
        var world = new World(OneEach);
        world.Balance(10);
        Assert.Equal("/amount", world.Do<Refusal>(new ChangeBalance { Unit = "USD", Change = change, Amount = amount }).Pointer);
        Assert.Equal("/amount", world.Do<Refusal>(new OpenBalance { Unit = "EUR", Amount = -1 }).Pointer);
        Assert.Equal(10, world.Usd.Amount);
    }

    [Fact]
    public void A_balance_beyond_what_it_can_hold_is_refused()
    {
        var world = new World(OneEach);
        world.Balance(Amount.Max);
        for (var i = 0; i < 998; i++)
        {
            world.Do<BalanceAnswer>(new ChangeBalance { Unit = "USD", Change = BalanceChange.TopUp, Amount = Amount.Max });
        }

        Assert.Equal(
            "/amount", world.Do<Refusal>(new ChangeBalance { Unit = "USD", Change = BalanceChange.TopUp, Amount = Amount.Max }).Pointer);
    }
}
