using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Balances;

/// <summary>Where a balance's rules begin and end, to the last unit: mutants of them that no other test had noticed.</summary>
[Rule(7)]
public sealed class BalanceBoundTests
{
    private static readonly Terms OneEach = Priced(null, From(0) with { UnitPrice = 1 });

    [Fact]
    public void A_balance_is_low_below_the_amount_that_was_given_and_not_at_it()
    {
        var world = new World(OneEach);
        world.Balance(100, lowAt: 50);
        world.Use(50);
        Assert.DoesNotContain(world.Signals, signal => signal.Type == SignalType.BalanceLow);
        world.Use(1);
        Assert.Equal(49, Assert.Single(world.Signals, signal => signal.Type == SignalType.BalanceLow).Available);
    }

    [Fact]
    public void A_balance_that_is_opened_low_is_no_news_and_one_that_a_withdrawal_makes_low_is()
    {
        var world = new World(OneEach);
        world.Balance(5, lowAt: 10);
        Assert.DoesNotContain(world.Signals, signal => signal.Type == SignalType.BalanceLow);
        Change(world, BalanceChange.TopUp, 95);
        Change(world, BalanceChange.Withdraw, 91);
        Assert.Equal(9, Assert.Single(world.Signals, signal => signal.Type == SignalType.BalanceLow).Available);
        Assert.Equal(-91, world.Entries[^1].Amount);
    }

    [Fact]
    public void A_balance_holds_the_largest_total_and_not_one_unit_more()
    {
        var world = new World(OneEach);
        world.Balance(1);
        Assert.IsType<BalanceAnswer>(Change(world, BalanceChange.TopUp, Amount.MaxTotal - 1));
        Assert.Equal(Amount.MaxTotal, world.Usd.Amount);
        Assert.Equal(RefusalCode.InvalidRequest, Assert.IsType<Refusal>(Change(world, BalanceChange.TopUp, 0.000000001m)).Code);
    }

    [Fact]
    [Rule(1)]
    public void A_cost_may_take_a_balance_to_the_lowest_total_and_not_one_unit_below()
    {
        var world = new World(OneEach);
        world.Balance(0, overage: true);
        world.Record(Amount.MaxTotal);
        Assert.Equal((Amount.MaxTotal, -Amount.MaxTotal), (world.Meter.Used, world.Usd.Amount));

        // In the next period the meter has room again, and the balance has none.
        world.WaitUntil("2026-02-02");
        var refusal = world.Do<Refusal>(new RecordUse { FeatureCode = Calls, Given = 1 });
        Assert.Equal(RefusalCode.InvalidRequest, refusal.Code);
        Assert.Equal(-Amount.MaxTotal, world.Usd.Amount);
    }

    [Theory]
    [InlineData("USD", true)]
    [InlineData("usd", false)]
    [InlineData("EUR", true)]
    public void A_unit_that_differs_from_a_price_only_in_case_is_refused(string unit, bool isTaken)
    {
        var world = new World(OneEach);
        var answer = world.Do(new OpenBalance { Unit = unit, Amount = 1 });
        Assert.Equal(isTaken, answer is BalanceAnswer);
    }

    [Theory]
    [InlineData("USD", true)]
    [InlineData("usd", false)]
    [InlineData(null, true)]
    public void A_price_whose_unit_differs_from_that_of_another_feature_only_in_case_is_refused(string? unit, bool isTaken)
    {
        var world = new World(OneEach);
        var terms = OneEach with { PriceUnit = unit, Tiers = unit is null ? [] : OneEach.Tiers };
        var answer = world.Do(new AssignFeature { Feature = Of(terms, "other") });
        Assert.Equal(isTaken, answer is not Refusal);
    }

    [Fact]
    public void A_features_own_unit_and_that_of_one_that_was_taken_away_bind_nobody()
    {
        var world = new World(OneEach);
        Assert.IsNotType<Refusal>(world.Do(new AssignFeature { Feature = Of(OneEach with { PriceUnit = "usd" }) }));
        Assert.IsType<Refusal>(world.Do(new OpenBalance { Unit = "USD", Amount = 1 }));
        world.Do(new UnassignFeature { FeatureCode = Calls });
        Assert.IsType<BalanceAnswer>(world.Do(new OpenBalance { Unit = "USD", Amount = 1 }));
    }

    private static Answer Change(World world, BalanceChange change, decimal amount) =>
        world.Do(new ChangeBalance { Unit = "USD", Change = change, Amount = amount });
}
