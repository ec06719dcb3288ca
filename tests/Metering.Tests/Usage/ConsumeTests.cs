using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Usage;

public sealed class ConsumeTests
{
    [Fact]
    public void What_is_consumed_is_counted()
    {
        var world = new World(Limit(1000, Interval.Month));
        var answer = world.Use(41);
        Assert.Equal((41, 1000, 959, 0), (answer.Used, answer.Allowance, answer.Remaining, answer.Overage));
        Assert.Equal(new Period(At("2026-01-01"), At("2026-02-01")), answer.Period);
        Assert.Equal(At("2026-02-01"), answer.ResetsAt);
        Assert.Equal(world.State.Sequence, answer.Sequence);
    }

    [Fact]
    [Rule(6)]
    public void The_last_unit_of_the_limit_passes_and_the_next_does_not()
    {
        var world = new World(Limit(100));
        world.Use(99);
        Assert.Equal(0, world.Use(1).Remaining);
        var refusal = world.Refuse(RefusalCode.QuotaExceeded);
        Assert.Equal((100m, false, RefusalCode.QuotaExceeded), (refusal.Usage!.Used, refusal.Usage.Allowed, refusal.Usage.Reason));
    }

    [Fact]
    [Rule(4)]
    public void A_consume_is_allowed_whole_or_refused_whole()
    {
        var world = new World(Limit(10));
        world.Use(8);
        world.Refuse(RefusalCode.QuotaExceeded, 3);
        Assert.Equal(8, world.Meter.Used);
        Assert.Equal(10, world.Use(2).Used);
    }

    [Fact]
    [Rule(4)]
    public void With_allow_partial_what_is_left_is_taken()
    {
        var world = new World(Limit(10));
        world.Use(7.5m);
        var answer = world.Do<UsageAnswer>(new Consume { FeatureCode = Calls, Given = 5, AllowPartial = true });
        Assert.Equal((2.5m, 10m, 0m), (answer.Amount, answer.Used, answer.Overage));
        Assert.Equal(2.5m, world.Entries[^1].Value);
        var refusal = world.Do<Refusal>(new Consume { FeatureCode = Calls, Given = 5, AllowPartial = true });
        Assert.Equal(RefusalCode.QuotaExceeded, refusal.Code);
    }

    [Fact]
    [Rule(4)]
    public void With_allow_partial_what_is_held_is_not_taken()
    {
        var world = new World(Limit(10));
        world.Hold(4);
        Assert.Equal(6, world.Do<UsageAnswer>(new Consume { FeatureCode = Calls, Given = 9, AllowPartial = true }).Amount);
    }

    [Fact]
    [Rule(4)]
    public void With_allow_partial_a_grace_is_used_to_its_end()
    {
        var world = new World(Tiered(10, FromPercent(100, Level.OverUsage, Policy.AllowWithGrace) with { Grace = 3 }));
        Assert.Equal(13, world.Do<UsageAnswer>(new Consume { FeatureCode = Calls, Given = 20, AllowPartial = true }).Amount);
    }

    [Fact]
    public void Without_a_limit_everything_passes()
    {
        var answer = new World(Limit(null)).Use(Amount.Max);
        Assert.True(answer.Unlimited);
        Assert.Equal((null, null, null), (answer.Limit, answer.Allowance, answer.Remaining));
    }

    [Fact]
    public void A_limit_of_zero_lets_nothing_through() => new World(Limit(0)).Refuse(RefusalCode.QuotaExceeded, 0.000000001m);

    [Fact]
    public void A_feature_that_the_license_has_not_is_refused()
    {
        var refusal = new World(Limit(10)).Refuse(RefusalCode.FeatureNotAssigned, feature: "unknown");
        Assert.Equal((false, RefusalCode.FeatureNotAssigned), (refusal.Usage!.Allowed, refusal.Usage.Reason));
    }

    [Fact]
    public void Overage_is_allowed_and_counted_where_the_terms_say_so()
    {
        var world = new World(Limit(10, over: Policy.AllowWithOverage));
        var answer = world.Use(15);
        Assert.Equal((15m, 5m, 0m, Level.OverUsage), (answer.Used, answer.Overage, answer.Remaining, answer.Level));
        Assert.Equal(5, world.Entries[^1].Overage);
    }

    [Fact]
    [Rule(1)]
    public void Use_beyond_what_a_meter_can_count_is_refused()
    {
        var world = new World(Limit(null));
        for (var i = 0; i < 999; i++)
        {
            world.Use(Amount.Max);
        }

        Assert.Equal("/amount", world.Refuse(RefusalCode.InvalidRequest, Amount.Max).Pointer);
        Assert.True(world.Meter.Used <= Amount.MaxTotal);
    }

    [Fact]
    [Rule(2)]
    public void Time_does_not_run_backwards_for_a_license()
    {
        var world = new World(Limit(10, Interval.Day));
        world.WaitUntil("2026-01-02T00:00:01Z").Use(3);
        var answer = world.WaitUntil("2026-01-01T23:59:59Z").Use(4);
        Assert.Equal((7m, At("2026-01-02")), (answer.Used, answer.Period!.Start));
        Assert.Equal(At("2026-01-02T00:00:01Z"), world.Entries[^1].At);
    }

    [Fact]
    public void An_unknown_command_and_a_missing_state_are_bugs_of_the_host()
    {
        Assert.Throws<ArgumentNullException>(() => LicenseMeter.Apply(null, new ResumeUsage { FeatureCode = Calls }, World.Begin));
        Assert.Throws<ArgumentException>(() => LicenseMeter.Apply(new World(Limit(1)).State, new Unheard(), World.Begin));
    }

    private sealed record Unheard : Command;
}
