using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Holds;

/// <summary>Holds whose time is over set nothing aside, long before the last of their ends is written down.</summary>
public sealed class HoldExpiryTests
{
    private const int Many = 500;

    [Fact]
    public void A_command_writes_down_at_most_fifty_ends()
    {
        var world = Over(Many, HoldKind.Lease);
        world.Use(1);
        Assert.Equal(MeterLimits.MaxHoldsEndedPerCommand + 1, world.Last.Entries.Length);
        for (var written = MeterLimits.MaxHoldsEndedPerCommand; written < Many; written += MeterLimits.MaxHoldsEndedPerCommand)
        {
            Assert.Equal(written, world.EntriesOf(EntryKind.HoldExpired).Count());
            world.Use(1);
        }

        Assert.Equal(Many, world.EntriesOf(EntryKind.HoldExpired).Select(entry => entry.HoldId).Distinct().Count());
        Assert.Equal(Many, world.SignalsOf(SignalType.HoldExpired).Count());
        Assert.Null(world.State.Holds.NextExpiry);
        world.Use(1);
        Assert.Single(world.Last.Entries);
    }

    [Fact]
    public void What_is_over_counts_as_over_before_it_is_written()
    {
        var world = Over(Many, HoldKind.Reservation);
        Assert.Equal((0m, 500m), (world.See().Held, world.See().Remaining));
        Assert.True(world.Check(500).Allowed);
        Assert.Equal((0m, 1000m), (world.Usd.Held, world.Usd.Available));
        var last = world.State.Holds.Last().Id;
        Assert.Equal(RefusalCode.HoldNotFound, world.Do<Refusal>(new CommitHold { HoldId = last }).Code);
        Assert.Equal(RefusalCode.HoldNotFound, world.Do<Refusal>(new ReleaseHold { HoldId = last }).Code);
        Assert.NotNull(world.State.Holds.Find(last));
        Assert.Equal((500m, 0m, 0m), (world.Use(500).Used, world.See().Held, world.See().Remaining));
        Assert.NotNull(world.State.Holds.Find(last));
    }

    [Fact]
    public void Use_of_a_lease_that_is_over_is_overage_before_its_end_is_written()
    {
        var world = Over(Many, HoldKind.Lease);
        var last = world.State.Holds.Last().Id;
        var answer = world.Record(3, lease: last);
        Assert.Equal((3m, 3m, 0m, 500m), (answer.Used, answer.Overage, answer.Held, answer.Remaining));
        Assert.False(world.State.Holds.Find(last)!.Closed);
        world.Do<UsageAnswer>(new SyncLease { HoldId = last, Close = true });
        Assert.Empty(world.EntriesOf(EntryKind.HoldClosed));
    }

    [Fact]
    public void What_is_over_takes_no_place_of_an_open_hold()
    {
        var world = Over(Many, HoldKind.Reservation, new MeterRules { MaxOpenHolds = Many });
        world.Hold(1);
        Assert.Equal(1, world.See().Held);
    }

    [Fact]
    public void A_read_does_as_little_among_a_thousand_holds_that_are_over_as_among_ten()
    {
        var few = Over(10, HoldKind.Lease);
        var many = Over(1000, HoldKind.Lease);
        Assert.Equal(AllocatedByReads(few), AllocatedByReads(many));

        static long AllocatedByReads(World world)
        {
            Read(world);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Read(world);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        static void Read(World world)
        {
            LicenseMeter.Check(world.State, Calls, 1, null, world.Now, MeterRules.Default);
            LicenseMeter.Usage(world.State, world.Now, MeterRules.Default);
            LicenseMeter.Balances(world.State, world.Now, MeterRules.Default);
        }
    }

    [Fact]
    public void Holds_over_by_features_leave_each_its_own()
    {
        var world = new World(Of(Limit(10)), Of(Limit(10), "jobs"));
        world.Hold(1, seconds: 10);
        world.Hold(2, seconds: 20, code: "jobs");
        world.Hold(3, seconds: 30);
        world.Wait(TimeSpan.FromSeconds(20));
        Assert.Equal((3m, 0m), (world.See().Held, world.See("jobs").Held));
    }

    private static World Over(int count, HoldKind kind, MeterRules? rules = null)
    {
        var world = new World(Priced(500, From(0) with { UnitPrice = 1 })) { Rules = rules };
        world.Balance(1000);
        for (var i = 0; i < count; i++)
        {
            world.Hold(0.25m, seconds: 1 + (i % 7), kind: kind);
        }

        return world.Wait(TimeSpan.FromSeconds(7));
    }
}
