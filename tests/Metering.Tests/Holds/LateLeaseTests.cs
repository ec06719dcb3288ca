using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Holds;

/// <summary>Rule 10 for a lease: its use counts in the period in which it happened, whenever it is synced.</summary>
[Rule(10)]
public sealed class LateLeaseTests
{
    [Fact]
    public void Use_that_is_synced_after_the_periods_end_counts_in_its_own_and_shrinks_the_hold_now()
    {
        var world = new World(Priced(10, From(0) with { UnitPrice = 1 }));
        world.Balance(100);
        world.WaitUntil("2026-01-31T20:00:00Z").Use(3);
        var lease = world.Hold(6, 48 * 3600, HoldKind.Lease);
        world.WaitUntil("2026-02-01T06:00:00Z");
        var answer = world.Record(4, at: At("2026-01-31T22:00:00Z"), lease: lease.Id);
        var entry = world.Entries[^1];
        Assert.Equal(
            (3m, 7m, 0m, 4m, At("2026-01-01"), new DateOnly(2026, 1, 31), false),
            (entry.Before, entry.After, entry.Overage, entry.Cost, entry.Period!.Start, entry.Day, entry.Late));
        Assert.Equal((0m, 2m, 8m), (answer.Used, answer.Held, answer.Remaining));
        Assert.Equal((93m, 2m), (world.Usd.Amount, world.Usd.Held));
    }

    [Fact]
    public void What_the_period_did_not_leave_is_its_overage()
    {
        var world = new World(Limit(10, Interval.Month, Policy.AllowWithOverage));
        world.WaitUntil("2026-01-31T20:00:00Z");
        var lease = world.Hold(6, 48 * 3600, HoldKind.Lease);
        world.Record(8);
        world.WaitUntil("2026-02-01T06:00:00Z").Record(5, at: At("2026-01-31T22:00:00Z"), lease: lease.Id);
        Assert.Equal((13m, 3m), (world.Entries[^1].After, world.Entries[^1].Overage));
        Assert.Equal((0m, 0m, 1m), (world.Meter.Used, world.Meter.Overage, world.Meter.Held));
    }

    [Fact]
    public void Use_of_a_lease_whose_time_was_over_still_counts_in_its_own_period()
    {
        var world = new World(Limit(10, Interval.Month));
        world.WaitUntil("2026-01-31T20:00:00Z");
        var lease = world.Hold(6, 3600, HoldKind.Lease);
        world.WaitUntil("2026-02-01T06:00:00Z").Record(5, at: At("2026-01-31T20:30:00Z"), lease: lease.Id);
        var entry = world.Entries[^1];
        Assert.Equal((0m, 5m, 0m, At("2026-01-01"), true), (entry.Before, entry.After, entry.Overage, entry.Period!.Start, entry.Late));
        Assert.Equal(0, world.Meter.Used);
    }
}
