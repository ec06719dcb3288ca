using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Holds;

/// <summary>Where the rules of holds begin and end: mutants of them that no other test had noticed.</summary>
public sealed class HoldBoundTests
{
    [Fact]
    public void A_hold_says_by_its_id_which_kind_it_is()
    {
        var world = new World(Limit(100));
        Assert.StartsWith("res_", world.Hold(1).Id, StringComparison.Ordinal);
        Assert.StartsWith("lea_", world.Hold(1, kind: HoldKind.Lease).Id, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hold_may_stand_for_the_longest_time_and_not_a_second_more()
    {
        var world = new World(Limit(100));
        var longest = (int)MeterLimits.HoldTtl.TotalSeconds;
        Assert.Equal(world.Now + MeterLimits.HoldTtl, world.Hold(1, longest).ExpiresAt);
        var refusal = world.Do<Refusal>(new OpenHold { FeatureCode = Calls, Amount = 1, TtlSeconds = longest + 1 });
        Assert.Equal(RefusalCode.InvalidRequest, refusal.Code);
    }

    [Fact]
    public void A_reservation_that_is_settled_beyond_what_a_meter_can_count_is_refused_and_stays()
    {
        var world = new World(Limit(null));
        world.Record(1);
        var hold = world.Hold(5);
        var refusal = world.Do<Refusal>(new CommitHold { HoldId = hold.Id, Amount = Amount.MaxTotal });
        Assert.Equal(RefusalCode.InvalidRequest, refusal.Code);
        Assert.Equal((1m, 5m), (world.Meter.Used, world.Meter.Held));
        Assert.IsType<UsageAnswer>(world.Do(new CommitHold { HoldId = hold.Id, Amount = Amount.MaxTotal - 1 }));
        Assert.Equal((Amount.MaxTotal, 0m), (world.Meter.Used, world.Meter.Held));
    }

    [Fact]
    [Rule(6)]
    public void Asking_for_more_than_a_hold_suspends_nothing()
    {
        var world = new World(Tiered(10, From(0), From(10, Level.OverUsage, Policy.SuspendUsage)));
        world.Use(6);
        var hold = world.Hold(4);
        world.Do<Refusal>(new CommitHold { HoldId = hold.Id, Amount = 5 });
        Assert.False(world.Meter.Suspended);
        Assert.Equal(10, world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id }).Used);
    }

    [Fact]
    [Rule(7)]
    public void What_goes_beyond_a_hold_may_use_the_credit_that_the_hold_had_set_aside()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 1 }));
        world.Balance(10);
        var hold = world.Hold(6);
        Assert.Equal(4, world.Usd.Available);
        Assert.Equal(RefusalCode.InsufficientCredits, world.Do<Refusal>(new CommitHold { HoldId = hold.Id, Amount = 11 }).Code);
        Assert.Equal(10, world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id, Amount = 10 }).Cost);
        Assert.Equal((0m, 0m), (world.Usd.Amount, world.Usd.Available));
    }
}
