using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Holds;

public sealed class LeaseTests
{
    [Fact]
    public void A_lease_is_settled_in_steps()
    {
        var world = new World(Limit(10));
        var lease = world.Hold(6, kind: HoldKind.Lease);
        Assert.Equal("machine_1", lease.Fingerprint);
        Assert.Equal((2m, 4m), (world.Record(2, lease: lease.Id).Used, world.See().Held));
        Assert.Equal((5m, 1m), (world.Record(3, lease: lease.Id).Used, world.See().Held));
        Assert.Equal(4, world.See().Remaining);
        Assert.All(world.EntriesOf(EntryKind.Recorded), entry => Assert.Equal(lease.Id, entry.HoldId));
    }

    [Fact]
    public void Use_beyond_the_lease_counts_as_any_other()
    {
        var world = new World(Limit(10));
        var lease = world.Hold(6, kind: HoldKind.Lease);
        var answer = world.Record(13, lease: lease.Id);
        Assert.Equal((13m, 3m, 0m), (answer.Used, answer.Overage, answer.Held));
        Assert.Equal((13m, 0m), (world.State.Holds.Find(lease.Id)!.Settled, world.State.Holds.Find(lease.Id)!.Left));
    }

    [Fact]
    public void Closing_a_lease_gives_back_what_is_left()
    {
        var world = new World(Limit(10));
        var lease = world.Hold(6, kind: HoldKind.Lease);
        world.Record(2, lease: lease.Id);
        var answer = world.Do<UsageAnswer>(new SyncLease { HoldId = lease.Id, Close = true });
        Assert.Equal((2m, 2m, 0m, 8m), (answer.Amount, answer.Used, answer.Held, answer.Remaining));
        world.Do<UsageAnswer>(new SyncLease { HoldId = lease.Id, Close = true });
        Assert.Single(world.EntriesOf(EntryKind.HoldClosed));
    }

    [Theory]
    [Rule(8)]
    [InlineData(true)]
    [InlineData(false)]
    public void A_step_of_a_lease_is_made_and_remembered_also_when_its_feature_was_taken_away(bool close)
    {
        var world = new World(Limit(10));
        var lease = world.Hold(6, kind: HoldKind.Lease);
        world.Record(2, lease: lease.Id);
        world.Do(new UnassignFeature { FeatureCode = Calls });
        var answer = world.Do<UsageAnswer>(new SyncLease { HoldId = lease.Id, Close = close });
        Assert.Equal((false, RefusalCode.FeatureNotAssigned, 2m), (answer.Allowed, answer.Reason, answer.Amount));
        Assert.True(world.Last.IsRemembered);
        Assert.Equal(close, world.State.Holds.Find(lease.Id)!.Closed);
        Assert.Equal(close ? 0 : 4, world.Meter.Held);
    }

    [Theory]
    [Rule(10)]
    [InlineData(false)]
    [InlineData(true)]
    public void Use_of_a_lease_counts_also_from_after_its_feature_was_taken_away(bool expired)
    {
        var world = new World(Limit(10));
        var lease = world.Hold(6, seconds: 7 * 86_400, kind: HoldKind.Lease);
        world.WaitUntil("2026-01-02").Do(new UnassignFeature { FeatureCode = Calls });
        world.WaitUntil(expired ? "2026-01-08" : "2026-01-06").Record(4, lease: lease.Id, at: At("2026-01-05"));
        Assert.Equal((4m, expired ? 4m : 0m, expired ? 0m : 2m), (world.Meter.Used, world.Meter.Overage, world.Meter.Held));
        var answer = world.Do<UsageAnswer>(new SyncLease { HoldId = lease.Id, Close = true });
        Assert.Equal((false, RefusalCode.FeatureNotAssigned), (answer.Allowed, answer.Reason));
        Assert.Equal((true, 0m), (world.State.Holds.Find(lease.Id)!.Closed, world.Meter.Held));

        // Without a lease nothing was promised.
        Assert.Equal(
            RefusalCode.FeatureNotAssigned,
            world.Do<Refusal>(new RecordUse { FeatureCode = Calls, Given = 1, OccurredAt = At("2026-01-05") }).Code);
    }

    [Fact]
    public void Use_of_an_expired_lease_is_counted_as_overage_whatever_is_left()
    {
        var world = new World(Limit(10));
        var lease = world.Hold(6, seconds: 60, kind: HoldKind.Lease);
        world.Wait(TimeSpan.FromSeconds(60));
        Assert.Equal((0m, 10m), (world.See().Held, world.See().Remaining));
        var answer = world.Record(4, lease: lease.Id, at: World.Begin.AddSeconds(30));
        Assert.Equal((4m, 4m, 10m), (answer.Used, answer.Overage, answer.Remaining));
        Assert.Equal((true, 4m), (world.Entries[^1].Late, world.Entries[^1].Overage));
        world.Use(10);
        world.Refuse(RefusalCode.QuotaExceeded);
    }

    [Fact]
    public void A_client_whose_clock_is_wrong_gains_no_allowance()
    {
        var world = new World(Limit(10, Interval.Month));
        var lease = world.Hold(6, seconds: 60, kind: HoldKind.Lease);
        world.Record(4, lease: lease.Id, at: At("2030-01-01"));
        Assert.Equal((4m, new DateOnly(2026, 1, 1), 2m), (world.Meter.Used, world.Entries[^1].Day, world.Meter.Held));
        world.Record(1, lease: lease.Id, at: At("2001-01-01"));
        Assert.Equal((5m, true, 1m), (world.Meter.Used, world.Entries[^1].Late, world.Meter.Held));
    }

    [Fact]
    [Rule(10)]
    public void A_step_from_the_period_before_counts_in_it()
    {
        var world = new World(Limit(10, Interval.Day));
        var lease = world.WaitUntil("2026-01-01T20:00:00Z").Hold(6, seconds: 36000, kind: HoldKind.Lease);
        world.WaitUntil("2026-01-02T01:00:00Z").Record(4, lease: lease.Id, at: At("2026-01-01T22:00:00Z"));
        Assert.Equal((0m, 2m), (world.Meter.Used, world.Meter.Held));
        Assert.Equal((4m, false, new DateOnly(2026, 1, 1)), (world.Entries[^1].After, world.Entries[^1].Late, world.Entries[^1].Day));
    }

    [Fact]
    public void A_leases_credit_is_drawn_step_by_step()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 2 }));
        world.Balance(20);
        var lease = world.Hold(6, kind: HoldKind.Lease);
        Assert.Equal((12m, 8m), (world.Usd.Held, world.Usd.Available));
        world.Record(4, lease: lease.Id);
        Assert.Equal((12m, 4m, 8m), (world.Usd.Amount, world.Usd.Held, world.Usd.Available));
        world.Record(4, lease: lease.Id);
        Assert.Equal((4m, 0m), (world.Usd.Amount, world.Usd.Held));
    }

    [Fact]
    public void A_reservation_is_no_lease_and_a_lease_no_reservation()
    {
        var world = new World(Limit(10));
        var reservation = world.Hold(1);
        var lease = world.Hold(1, kind: HoldKind.Lease);
        Assert.Equal(RefusalCode.HoldNotFound, world.Do<Refusal>(new CommitHold { HoldId = lease.Id }).Code);
        Assert.Equal(RefusalCode.HoldNotFound, world.Do<Refusal>(new ReleaseHold { HoldId = lease.Id }).Code);
        Assert.Equal(RefusalCode.HoldNotFound, world.Do<Refusal>(new SyncLease { HoldId = reservation.Id }).Code);
        Assert.Equal(RefusalCode.HoldNotFound, world.Do<Refusal>(new RecordUse { FeatureCode = Calls, LeaseId = reservation.Id }).Code);
        Assert.Equal(RefusalCode.HoldNotFound, world.Do<Refusal>(new RecordUse { FeatureCode = Calls, LeaseId = "lea_9" }).Code);
    }

    [Fact]
    public void A_lease_says_of_which_feature_its_use_is()
    {
        var world = new World(Of(Limit(10)), Of(Limit(10), "jobs"));
        var lease = world.Hold(5, kind: HoldKind.Lease, code: "jobs");
        world.Record(2, lease: lease.Id);
        Assert.Equal((0m, 2m), (world.Meter.Used, world.See("jobs").Used));
    }
}
