using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

/// <summary>
/// A change of allowance covers a standing level anew. What moves of its overage is in the ledger and counted in its day; overage of use
/// that is spent does not move.
/// </summary>
[Rule(5)]
[Rule(9)]
public sealed class MovedOverageTests
{
    private static readonly DateOnly Today = DateOnly.FromDateTime(World.Begin.UtcDateTime);

    [Theory]
    [InlineData(MetricType.Gauge, 19)]
    [InlineData(MetricType.UpDown, -1)]
    public void A_smaller_limit_moves_the_overage_of_a_level_and_its_entry_says_so(MetricType metric, int oneLess)
    {
        var world = new World(Over(32), metric);
        world.Use(20);
        world.Do(Limited(16, metric));

        var entry = Assert.Single(world.Last.Entries);
        Assert.Equal((EntryKind.FeatureChanged, 0m, 20m, 20m), (entry.Kind, entry.Amount, entry.Before, entry.After));
        Assert.Equal((4m, Today), (entry.Overage, entry.Day));
        var day = Assert.Single(world.Meter.Days);
        Assert.Equal((2L, 1L, 20m, 20m, 4m), (day.Count, day.Corrections, day.Sum, day.Last, day.Overage));

        world.Use(oneLess);
        Agrees(world, 3);
    }

    [Theory]
    [InlineData(MetricType.Counter)]
    [InlineData(MetricType.Total)]
    public void What_is_spent_stays_covered_and_its_overage_stays_overage(MetricType metric)
    {
        var world = new World(Over(32), metric);
        world.Use(20);
        world.Do(Limited(16, metric));
        Assert.Equal((0m, (DateOnly?)null), (world.Last.Entries[^1].Overage, world.Last.Entries[^1].Day));
        Agrees(world, 0);

        world.Use(metric == MetricType.Total ? 23 : 3);
        Agrees(world, 3);
        world.Do(Limited(100, metric));
        world.Grant(10);
        Agrees(world, 3);
    }

    [Fact]
    public void A_grant_that_begins_is_voided_or_ends_moves_the_overage_of_a_level()
    {
        var world = new World(Over(16), MetricType.Gauge);
        world.Use(20);
        var grant = world.Grant(10);
        Assert.Equal([EntryKind.GrantAdded, EntryKind.FeatureChanged], world.Last.Entries.Select(entry => entry.Kind));
        Assert.Equal((-4m, Today), (world.Last.Entries[1].Overage, world.Last.Entries[1].Day));
        Agrees(world, 0);

        world.Do<GrantAnswer>(new VoidGrant { GrantId = grant.Id });
        Assert.Equal([EntryKind.GrantEnded, EntryKind.FeatureChanged], world.Last.Entries.Select(entry => entry.Kind));
        Agrees(world, 4);

        // Time is nobody's request, and what it moved counts on the day on which somebody looks.
        world.Grant(3, until: "2026-01-05");
        Agrees(world, 1);
        world.WaitUntil("2026-01-09").Do(new RecordUse { FeatureCode = Calls, Given = 21 }, key: "key_1");
        Assert.Equal(
            [(EntryKind.GrantEnded, null), (EntryKind.FeatureChanged, null), (EntryKind.Recorded, "key_1")],
            world.Last.Entries.Select(entry => (entry.Kind, entry.IdempotencyKey)));
        Assert.Equal((new DateOnly(2026, 1, 9), 4m), (world.Meter.Days[^1].Day, world.Meter.Days[^1].Overage));
        Agrees(world, 5);
    }

    [Fact]
    public void A_change_of_plans_tells_what_moved_of_each_level()
    {
        var world = new World(World.Begin, new OpenLicense
        {
            LicenseId = "lic_1", TenantId = "tenant_1",
            Plans = [Plan("large", "base", Of(Over(32), Calls, MetricType.Gauge), Of(Over(32), "jobs", MetricType.UpDown))],
        });
        world.Use(20);
        world.Use(5, "jobs");
        var smaller = Plan("small", "base", Of(Over(16), Calls, MetricType.Gauge), Of(Over(16), "jobs", MetricType.UpDown));
        world.Do(new SetPlans { Plans = [smaller] }, key: "key_1");

        Assert.Equal([EntryKind.PlansChanged, EntryKind.FeatureChanged], world.Last.Entries.Select(entry => entry.Kind));
        Assert.Equal((Calls, 4m, "plans changed", "key_1"), Told(world.Last.Entries[1]));
        Agrees(world, 4);
        return;

        static (string?, decimal, string?, string?) Told(LedgerEntry entry) =>
            (entry.FeatureCode, entry.Overage, entry.Detail, entry.IdempotencyKey);
    }

    [Fact]
    public void A_period_that_begins_with_less_rolled_over_moves_it_and_one_that_begins_with_the_same_does_not()
    {
        var world = new World(Over(10, Interval.Month) with { RolloverMax = 5 }, MetricType.Gauge);
        world.Use(5);
        world.WaitUntil("2026-02-01").Use(15);
        Agrees(world, 0);

        world.WaitUntil("2026-03-01").Use(15);
        Assert.Equal(
            [EntryKind.PeriodClosed, EntryKind.FeatureChanged, EntryKind.Consumed], world.Last.Entries.Select(entry => entry.Kind));
        Assert.Equal((0m, 5m, 0m), (world.Last.Entries[0].Overage, world.Last.Entries[1].Overage, world.Last.Entries[2].Overage));
        Agrees(world, 5);

        world.WaitUntil("2026-04-01").Use(15);
        Assert.Equal([EntryKind.PeriodClosed, EntryKind.Consumed], world.Last.Entries.Select(entry => entry.Kind));
        Agrees(world, 5);
    }

    [Fact]
    public void A_reset_takes_the_overage_of_a_level_away_with_the_level()
    {
        var world = new World(Over(16), MetricType.Gauge);
        world.Use(20);
        world.Do<UsageAnswer>(new ResetUsage { FeatureCode = Calls });
        Assert.Equal(
            [(EntryKind.UsageReset, 4m), (EntryKind.FeatureChanged, -4m)],
            world.Last.Entries.Select(entry => (entry.Kind, entry.Overage)));
        Agrees(world, 0);
        world.Use(18);
        Agrees(world, 2);
    }

    [Fact]
    public void A_ledger_without_entries_of_moved_overage_still_comes_to_its_state_and_its_rollups()
    {
        var world = new World(Over(32), MetricType.Gauge);
        world.Use(20);
        world.Do(Limited(16, MetricType.Gauge));
        world.Use(19);

        var replay = new EvidenceReplay("lic_1");
        world.Entries.ForEach(entry => replay.Add(entry.Kind == EntryKind.FeatureChanged ? entry with { Overage = 0, Day = null } : entry));
        var day = world.Meter.Days[0];
        day = day with { Count = day.Count - 1, Corrections = 0, Overage = -1 };
        var state = world.State with { Meters = [world.Meter with { Days = [day] }] };
        Assert.Empty(replay.Compare(state, [], []));
    }

    private static Terms Over(decimal limit, Interval reset = Interval.None) => Limit(limit, reset, Policy.AllowWithOverage);

    private static AssignFeature Limited(decimal limit, MetricType metric) => new() { Feature = Of(Over(limit), metric: metric) };

    // The meter, its days and its entries, by themselves and in the eyes of a replay.
    private static void Agrees(World world, decimal overage)
    {
        var days = world.ClosedDays.Where(day => day.FeatureCode == Calls).Select(day => day.Rollup).Concat(world.Meter.Days);
        Assert.Equal((overage, overage), (world.Meter.Overage, world.See().Overage));
        Assert.Equal(overage, days.Sum(day => day.Overage));
        var counted = world.Entries.Where(entry => entry.FeatureCode == Calls && entry.Day is not null);
        Assert.Equal(overage, counted.Sum(entry => entry.Overage));

        var replay = new EvidenceReplay("lic_1");
        world.Entries.ForEach(replay.Add);
        Assert.Empty(replay.Compare(world.State, world.ClosedDays, world.ClosedPeriods));
    }
}
