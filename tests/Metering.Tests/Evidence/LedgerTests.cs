using System.Text.Json;
using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Evidence;

[Rule(9)]
public sealed class LedgerTests
{
    [Fact]
    public void A_consume_leaves_one_entry_that_says_all_of_it()
    {
        var world = new World(Limit(10, Interval.Month));
        using var metadata = JsonDocument.Parse("""{"job":7}""");
        world.Do(
            new Consume
            {
                FeatureCode = Calls,
                Given = 2,
                EventId = "evt_1",
                UserId = "user_1",
                Fingerprint = "machine_1",
                Metadata = metadata.RootElement,
            },
            key: "key-1");
        var entry = Assert.Single(world.Last.Entries);
        Assert.Equal((2L, EntryKind.Consumed, Calls, World.Begin), (entry.Sequence, entry.Kind, entry.FeatureCode, entry.At));
        Assert.Equal((2m, 2m, 0m, 2m), (entry.Amount, entry.Value, entry.Before, entry.After));
        Assert.Equal(("key-1", "evt_1", "user_1", "machine_1"), (entry.IdempotencyKey, entry.EventId, entry.UserId, entry.Fingerprint));
        Assert.Equal((new DateOnly(2026, 1, 1), At("2026-02-01"), false), (entry.Day, entry.Period!.End, entry.Late));
        Assert.Equal(7, entry.Metadata!.Value.GetProperty("job").GetInt32());
    }

    [Fact]
    public void Numbers_have_no_gaps()
    {
        var world = new World(Limit(10, Interval.Day));
        for (var day = 0; day < 5; day++)
        {
            world.Use(7);
            world.Refuse(RefusalCode.QuotaExceeded, 7);
            world.Grant(1, until: $"2026-01-0{day + 3}");
            world.Hold(1, seconds: 3600);
            world.Wait(TimeSpan.FromDays(1));
        }

        Assert.Equal(
            Enumerable.Range(1, world.Entries.Count).Select(number => (long)number), world.Entries.Select(entry => entry.Sequence));
    }

    [Fact]
    public void A_refusal_leaves_no_entry()
    {
        var world = new World(Limit(10));
        world.Refuse(RefusalCode.QuotaExceeded, 11);
        Assert.Empty(world.Last.Entries);
        Assert.Equal(1, world.State.Sequence);
    }

    [Fact]
    public void What_time_brought_carries_no_ones_key()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Grant(5, until: "2026-01-10");
        world.Grant(5, from: "2026-01-12");
        world.Hold(1, seconds: 60);
        world.WaitUntil("2026-02-10").Do(new Consume { FeatureCode = Calls }, key: "key-1");
        EntryKind[] byTime = [EntryKind.HoldExpired, EntryKind.GrantEnded, EntryKind.GrantEffective, EntryKind.PeriodClosed];
        Assert.Equal(byTime.Order(), world.Last.Entries.SkipLast(1).Select(entry => entry.Kind).Order());
        Assert.Equal([null, null, null, null, "key-1"], world.Last.Entries.Select(entry => entry.IdempotencyKey));
    }

    [Fact]
    public void The_life_of_a_hold_is_told()
    {
        var world = new World(Limit(10));
        var hold = world.Hold(4);
        world.Do(new CommitHold { HoldId = hold.Id, Amount = 3 });
        Assert.Equal(
            [(EntryKind.HoldOpened, 4m), (EntryKind.HoldClosed, 4m), (EntryKind.Consumed, 3m)],
            world.Entries.Skip(1).Select(entry => (entry.Kind, entry.Amount)));
        Assert.All(world.Entries.Skip(1), entry => Assert.Equal(hold.Id, entry.HoldId));
    }

    [Fact]
    public void The_life_of_a_grant_is_told()
    {
        var world = new World(Limit(0));
        var grant = world.Grant(10, from: "2026-01-05", until: "2026-02-20", every: Interval.Month);
        world.WaitUntil("2026-01-06").Use(4);
        world.WaitUntil("2026-03-01").Do(new ResumeUsage { FeatureCode = Calls });
        Assert.Equal(
            [(EntryKind.GrantAdded, 10m), (EntryKind.GrantEffective, 10m), (EntryKind.GrantRecurred, 10m), (EntryKind.GrantEnded, 16m)],
            world.Entries.Where(entry => entry.GrantId == grant.Id).Select(entry => (entry.Kind, entry.Amount)));
    }
}
