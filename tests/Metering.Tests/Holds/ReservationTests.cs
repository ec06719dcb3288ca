using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Holds;

public sealed class ReservationTests
{
    [Fact]
    public void A_reservation_sets_a_part_of_the_allowance_aside()
    {
        var world = new World(Limit(10));
        var hold = world.Hold(6, seconds: 60);
        Assert.Equal((6m, World.Begin.AddSeconds(60), HoldKind.Reservation), (hold.Amount, hold.ExpiresAt, hold.Kind));
        Assert.Equal((0m, 6m, 4m), (world.See().Used, world.See().Held, world.See().Remaining));
        world.Refuse(RefusalCode.QuotaExceeded, 5);
        world.Use(4);
        Assert.Equal(RefusalCode.QuotaExceeded, world.Do<Refusal>(new OpenHold { FeatureCode = Calls, Amount = 1, TtlSeconds = 1 }).Code);
    }

    [Fact]
    public void A_commit_counts_the_whole_hold_unless_it_says_otherwise()
    {
        var world = new World(Limit(10));
        var hold = world.Hold(6);
        var answer = world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id, UserId = "user_1" });
        Assert.Equal((6m, 6m, 0m), (answer.Amount, answer.Used, answer.Held));
        Assert.Equal((hold.Id, "user_1"), (world.Entries[^1].HoldId, world.Entries[^1].UserId));
        Assert.Equal(RefusalCode.HoldNotFound, world.Do<Refusal>(new CommitHold { HoldId = hold.Id }).Code);
    }

    [Fact]
    public void A_commit_of_less_returns_the_rest()
    {
        var world = new World(Limit(10));
        var hold = world.Hold(6);
        world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id, Amount = 2 });
        Assert.Equal((2m, 0m, 8m), (world.See().Used, world.See().Held, world.See().Remaining));
    }

    [Fact]
    public void A_commit_of_more_must_pass_as_any_other_use()
    {
        var world = new World(Limit(10));
        var hold = world.Hold(6);
        Assert.Equal(RefusalCode.QuotaExceeded, world.Do<Refusal>(new CommitHold { HoldId = hold.Id, Amount = 11 }).Code);
        Assert.Equal((0m, 6m), (world.See().Used, world.See().Held));
        Assert.Equal(10, world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id, Amount = 10 }).Used);
    }

    [Fact]
    public void A_commit_of_nothing_releases()
    {
        var world = new World(Limit(10));
        var hold = world.Hold(6);
        Assert.Equal((0m, 0m), (world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id, Amount = 0 }).Used, world.See().Held));
        Assert.Empty(world.State.Holds);
        Assert.DoesNotContain(world.Entries, entry => entry.Kind == EntryKind.Consumed);
    }

    [Fact]
    public void What_was_set_aside_is_let_through_whatever_has_come_since()
    {
        var world = new World(Limit(10));
        var hold = world.Hold(6);
        world.Record(10);
        var answer = world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id });
        Assert.Equal((16m, 6m), (answer.Used, answer.Overage));
    }

    [Fact]
    public void A_release_gives_everything_back_once()
    {
        var world = new World(Limit(10));
        var hold = world.Hold(6);
        world.Do<Done>(new ReleaseHold { HoldId = hold.Id });
        Assert.Equal((0m, 10m), (world.See().Held, world.See().Remaining));
        Assert.Equal(RefusalCode.HoldNotFound, world.Do<Refusal>(new ReleaseHold { HoldId = hold.Id }).Code);
    }

    [Fact]
    public void A_reservation_expires_without_a_timer()
    {
        var world = new World(Limit(10));
        var hold = world.Hold(6, seconds: 60);
        world.Wait(TimeSpan.FromSeconds(60) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(4, world.See().Remaining);
        world.Wait(TimeSpan.FromMilliseconds(1));
        Assert.Equal((0m, 10m), (world.See().Held, world.See().Remaining));
        Assert.Equal(RefusalCode.HoldNotFound, world.Do<Refusal>(new CommitHold { HoldId = hold.Id }).Code);
        Assert.Equal(
            (hold.Id, 6m),
            (Assert.Single(world.EntriesOf(EntryKind.HoldExpired)).HoldId, world.EntriesOf(EntryKind.HoldExpired).Single().Amount));
        Assert.Equal(hold.Id, Assert.Single(world.SignalsOf(SignalType.HoldExpired)).Reference);
        Assert.Null(world.State.Holds.NextExpiry);
    }

    [Fact]
    public void Holds_expire_in_the_order_of_their_times()
    {
        var world = new World(Limit(10));
        var late = world.Hold(1, seconds: 30);
        var early = world.Hold(2, seconds: 10);
        var last = world.Hold(3, seconds: 50);
        world.Wait(TimeSpan.FromSeconds(40)).Use(1);
        Assert.Equal([early.Id, late.Id], world.EntriesOf(EntryKind.HoldExpired).Select(entry => entry.HoldId));
        Assert.Equal((3m, last.ExpiresAt), (world.Meter.Held, world.State.Holds.NextExpiry));
    }

    [Fact]
    public void A_hold_outlives_its_period_and_counts_in_the_one_in_which_it_is_settled()
    {
        var world = new World(Limit(10, Interval.Day));
        var hold = world.WaitUntil("2026-01-01T23:59:00Z").Hold(6);
        world.WaitUntil("2026-01-02T00:01:00Z").Do<UsageAnswer>(new CommitHold { HoldId = hold.Id });
        Assert.Equal((6m, At("2026-01-02")), (world.Meter.Used, world.Entries[^1].Period!.Start));
        Assert.Equal(
            Enumerable.Range(1, world.Entries.Count).Select(number => (long)number), world.Entries.Select(entry => entry.Sequence));
        Assert.Equal(world.Entries[^1].Sequence, world.State.Sequence);
    }

    [Fact]
    public void The_price_is_set_aside_and_the_true_one_is_drawn()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 2, BasePrice = 1 }));
        world.Balance(20);
        var hold = world.Hold(5);
        Assert.Equal((11m, 9m), (world.Usd.Held, world.Usd.Available));
        Assert.Equal(7, world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id, Amount = 3 }).Cost);
        Assert.Equal((13m, 0m), (world.Usd.Amount, world.Usd.Held));
        Assert.Equal(
            RefusalCode.InsufficientCredits, world.Do<Refusal>(new OpenHold { FeatureCode = Calls, Amount = 7, TtlSeconds = 1 }).Code);
    }

    [Fact]
    public void Only_a_counters_use_can_be_set_aside()
    {
        foreach (var metric in new[] { MetricType.Total, MetricType.Gauge, MetricType.UpDown })
        {
            var refusal = new World(Limit(10), metric).Do<Refusal>(new OpenHold { FeatureCode = Calls, Amount = 1, TtlSeconds = 1 });
            Assert.Equal("/feature_code", refusal.Pointer);
        }
    }

    [Theory]
    [InlineData(0, 60, "/amount")]
    [InlineData(-1, 60, "/amount")]
    [InlineData(1, 0, "/ttl_seconds")]
    [InlineData(1, -1, "/ttl_seconds")]
    [InlineData(1, 35 * 24 * 3600 + 1, "/ttl_seconds")]
    public void A_hold_of_nothing_or_without_bounds_is_refused(int amount, int seconds, string pointer) => Assert.Equal(
        pointer,
        new World(Limit(10)).Do<Refusal>(new OpenHold { FeatureCode = Calls, Amount = amount, TtlSeconds = seconds }).Pointer);

    [Fact]
    public void A_commit_below_nothing_is_refused()
    {
        var world = new World(Limit(10));
        var hold = world.Hold(5);
        Assert.Equal("/amount", world.Do<Refusal>(new CommitHold { HoldId = hold.Id, Amount = -1 }).Pointer);
        Assert.Equal(5, world.Meter.Held);
    }

    [Fact]
    public void A_commit_on_a_suspended_license_settles_what_was_promised()
    {
        var world = new World(Limit(10));
        var hold = world.Hold(5);
        world.Do(new ChangeLicense { Suspended = true });
        Assert.Equal(5, world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id }).Used);
        Assert.Equal(
            RefusalCode.LicenseSuspended, world.Do<Refusal>(new OpenHold { FeatureCode = Calls, Amount = 1, TtlSeconds = 1 }).Code);
    }
}
