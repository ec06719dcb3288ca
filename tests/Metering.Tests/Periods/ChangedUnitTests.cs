using System.Text.Json;
using System.Text.Json.Nodes;
using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Periods;

/// <summary>A price in another unit, in the middle of a period: what was charged stays charged in the unit of before.</summary>
[Rule(7)]
public sealed class ChangedUnitTests
{
    private static readonly Terms InUsd = Priced(null, From(0) with { UnitPrice = 2, BasePrice = 1 });
    private static readonly Terms InEur = InUsd with { PriceUnit = "EUR" };

    [Fact]
    [Rule(3)]
    public void What_was_charged_leaves_as_a_part_and_the_period_has_the_rest()
    {
        var world = Paid(InUsd);
        world.WaitUntil("2026-01-10").Use(5);
        Change(world, "2026-01-15", InEur);

        var part = Assert.Single(world.ClosedPeriods);
        Assert.Equal((true, 11m, "USD", 11m, 989m), (part.IsPart, part.Cost, part.PriceUnit, part.CreditDrawn, part.CreditLeft));
        Assert.Equal(Charges.Of([new TierCharge("0", 2, 5, 10, 1)]), part.Charges);
        Assert.Equal((World.Begin, world.Now, world.Entries[^1].Sequence), (part.Period.Start, part.Period.End!.Value, part.Sequence));
        Assert.Equal((0m, 0m, null, PeriodStatus.Final), (part.Used, part.Overage, part.Limit, part.Status));
        Assert.Equal((5m, 0m, null), (world.Meter.Used, world.Meter.Cost, world.Meter.Priced));

        world.Use(3);
        world.WaitUntil("2026-03-10").Use(1);
        var period = world.ClosedPeriods[1];
        Assert.Equal((false, 8m, 6m, "EUR", 6m), (period.IsPart, period.Used, period.Cost, period.PriceUnit, period.CreditDrawn));
        Assert.Equal([989m, 991m], world.State.Balances.Select(balance => balance.Amount));
        Verify(world);
    }

    [Fact]
    public void A_correction_gives_back_nothing_of_what_was_charged_in_the_other_unit()
    {
        var world = Paid(InUsd);
        world.Use(5);
        Change(world, "2026-01-15", InEur);
        world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 2 });
        Assert.Equal((0m, 3m), (world.Entries[^1].Cost, world.Meter.Used));

        // Of what was charged in this one it does.
        world.Use(1);
        world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 4 });
        Assert.Equal((-2m, 0m), (world.Entries[^1].Cost, world.Meter.Used));
        Assert.Equal([("USD", 989m), ("EUR", 1000m)], world.State.Balances.Select(balance => (balance.Unit, balance.Amount)));
        Verify(world);
    }

    [Fact]
    public void There_and_back_leaves_a_part_for_each_change()
    {
        var world = Paid(InUsd);
        world.Use(5);
        Change(world, "2026-01-10", InEur);
        world.Use(4);
        Change(world, "2026-01-20", InUsd);
        world.Use(1);

        Assert.Equal([("USD", 11m), ("EUR", 8m)], world.ClosedPeriods.Select(part => (part.PriceUnit!, part.Cost)));
        Assert.Equal((2m, 10m), (world.Meter.Cost, world.Meter.Used));
        world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 10 });
        Assert.Equal([989m, 992m], world.State.Balances.Select(balance => balance.Amount));
        Verify(world);
    }

    [Fact]
    public void Where_nothing_was_charged_no_part_is_left()
    {
        var unused = Paid(InUsd);
        Change(unused, "2026-01-15", InEur);
        var free = Paid(Priced(null, From(0)));
        free.Use(3);
        Change(free, "2026-01-15", InEur);
        var back = Paid(Priced(null, From(0) with { UnitPrice = 2 }));
        back.Use(3);
        back.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = 3 });
        Change(back, "2026-01-15", InEur);
        var same = Paid(InUsd);
        same.Use(3);
        Change(same, "2026-01-15", InUsd with { Limit = 50 });

        Assert.All([unused, free, back, same], world =>
        {
            Assert.Empty(world.ClosedPeriods);
            Verify(world);
        });
        Assert.Equal(7, same.Meter.Cost);
        Assert.Null(free.Meter.Priced);
    }

    [Fact]
    public void The_terms_of_a_plan_do_the_same_and_so_do_terms_without_prices()
    {
        var world = new World(
            World.Begin, new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Plans = [Plan("usd", "main", Of(InUsd))] });
        world.Record(5);
        world.WaitUntil("2026-01-10").Do<LicenseAnswer>(new SetPlans { Plans = [Plan("eur", "main", Of(InEur))] });
        world.Record(5);
        Change(world, "2026-01-20", InUsd with { PriceUnit = null });
        world.Record(5);

        Assert.Equal(
            [("usd", "USD", 11m), ("eur", "EUR", 10m)], world.ClosedPeriods.Select(part => (part.PlanId!, part.PriceUnit!, part.Cost)));
        Assert.Equal((0m, null), (world.Meter.Cost, world.Meter.Priced));
        Verify(world);
    }

    [Fact]
    public void A_standing_level_is_not_charged_again_in_the_new_unit_and_its_fall_gives_nothing_back()
    {
        var world = Paid(InUsd, MetricType.UpDown);
        world.Use(5);
        Change(world, "2026-01-15", InEur);
        world.Use(-2);
        world.Use(2);
        Assert.Equal(0, world.Meter.Cost);
        world.Use(1);

        Assert.Equal((11m, 2m), (Assert.Single(world.ClosedPeriods).Cost, world.Meter.Cost));
        Assert.Equal([989m, 998m], world.State.Balances.Select(balance => balance.Amount));
        Verify(world);
    }

    [Fact]
    public void Use_that_had_gone_on_from_another_period_begins_the_part_where_it_counts()
    {
        var world = Paid(InUsd);
        world.Use(5);
        Change(world, "2026-01-15T10:00:00Z", InUsd with { Reset = new Reset { Interval = Interval.Day } });
        Change(world, "2026-01-15T12:00:00Z", InEur with { Reset = new Reset { Interval = Interval.Day } });

        Assert.Equal(new Period(World.Begin, world.Now), Assert.Single(world.ClosedPeriods).Period);
        Verify(world);
    }

    [Fact]
    [Rule(2)]
    public void A_repaired_clock_takes_no_part_back_and_joins_no_costs_in_two_units()
    {
        var world = Paid(InUsd);
        world.WaitUntil("2026-01-10").Use(5);
        world.WaitUntil("2026-05-10").Use(4);
        Change(world, "2026-05-11", InEur);
        world.Use(3);
        world.WaitUntil("2026-06-10").Use(2);
        Repair(world, "2026-01-12");

        // January's cost in USD stays by itself, and so does that of May, which was a part already. May's in EUR is the open period's.
        Assert.Equal((14m, 11m, "EUR"), (world.Meter.Used, world.Meter.Cost, world.Meter.Terms.PriceUnit));
        Assert.Equal([11m, 9m], world.ClosedPeriods.OrderBy(part => part.Period.Start).Select(part => part.Cost));
        Assert.All(world.ClosedPeriods, period => Assert.True(period.IsPart));
        Verify(world);

        // The base price was charged in January.
        Assert.Equal(2, world.Use(1).Cost);
        world.WaitUntil("2026-02-10").Use(1);
        Repair(world, "2026-01-12");
        Assert.Equal(2, world.ClosedPeriods.Count(part => part.IsPart));
        Verify(world);
    }

    [Fact]
    [Rule(2)]
    public void Nor_those_of_a_closed_period_that_is_still_kept()
    {
        var world = Paid(InUsd);
        world.WaitUntil("2026-01-31T20:00:00Z").Use(5);
        world.WaitUntil("2026-02-01T06:00:00Z").Use(1);
        Change(world, "2026-02-01T07:00:00Z", InEur);
        world.Use(1);
        Assert.Single(MeterPast.Of(world.Meter).Periods);
        Repair(world, "2026-01-31T21:00:00Z");

        Assert.Equal((7m, 2m), (world.Meter.Used, world.Meter.Cost));
        Assert.Equal([11m, 3m], world.ClosedPeriods.OrderBy(part => part.Period.Start).Select(part => part.Cost));
        Assert.All(world.ClosedPeriods, period => Assert.True(period.IsPart));
        Verify(world);
    }

    [Fact]
    [Rule(9)]
    public void A_replay_finds_a_part_that_is_not_what_the_entries_came_to()
    {
        var world = Paid(InUsd);
        world.Use(5);
        Change(world, "2026-01-15", InEur);

        Assert.Contains("part left by entry", Differences(world, part => part with { Cost = 12 })[0], StringComparison.Ordinal);
        Assert.Contains("part left by entry", Differences(world, part => part with { PriceUnit = "EUR" })[0], StringComparison.Ordinal);
        Assert.Contains("part left by entry", Differences(world, _ => null)[0], StringComparison.Ordinal);
        Assert.Empty(Differences(world, part => part));
    }

    [Fact]
    [Rule(9)]
    public void A_ledger_of_an_earlier_version_that_left_no_part_is_no_difference()
    {
        var world = Paid(InUsd);
        world.Use(5);
        var before = world.Meter;
        Change(world, "2026-01-15", InEur);
        var state = world.State.With(world.Meter with { Cost = before.Cost, Priced = before.Priced });
        var replay = new EvidenceReplay("lic_1");
        foreach (var entry in world.Entries)
        {
            replay.Add(WithMeter(entry, meter => Array.ForEach(["cost", "priced", "past"], name => Assert.True(meter.Remove(name)))));
        }

        Assert.Empty(replay.Compare(state, world.ClosedDays, []));
    }

    private static World Paid(Terms terms, MetricType metric = MetricType.Counter)
    {
        var world = new World(terms, metric);
        world.Balance(1000);
        world.Do<BalanceAnswer>(new OpenBalance { Unit = "EUR", Amount = 1000 });
        return world;
    }

    private static void Change(World world, string at, Terms terms) =>
        world.WaitUntil(at).Do<AssignmentAnswer>(new AssignFeature { Feature = Of(terms, metric: world.Meter.Feature.Metric) });

    private static void Repair(World world, string to)
    {
        world.WaitUntil(to);
        var taken = world.ClosedPeriods.Where(period => period.IsTakenBack(world.Now)).ToList();
        world.Do<Done>(new RepairClock { Now = world.Now, Closed = [.. taken], Days = [.. world.ClosedDays] });
        world.ClosedPeriods.RemoveAll(taken.Contains);
    }

    private static void Verify(World world)
    {
        var replay = new EvidenceReplay("lic_1");
        world.Entries.ForEach(replay.Add);
        Assert.Empty(replay.Compare(world.State, world.ClosedDays, world.ClosedPeriods));
    }

    // What a replay finds where the last entry tells another part.
    private static IReadOnlyList<string> Differences(World world, Func<FeaturePeriod, FeaturePeriod?> change)
    {
        var told = change(world.ClosedPeriods[^1]);
        var replay = new EvidenceReplay("lic_1");
        world.Entries[..^1].ForEach(replay.Add);
        replay.Add(WithMeter(world.Entries[^1], meter => meter["past"]!["closed"] = told is null
            ? null
            : new JsonArray(JsonSerializer.SerializeToNode(told, MeteringJson.Default.FeaturePeriod))));
        return replay.Compare(world.State, world.ClosedDays, told is null ? [] : [told]);
    }

    // Changes what the entry tells of the meter besides its numbers, in its stored form.
    private static LedgerEntry WithMeter(LedgerEntry entry, Action<JsonObject> change)
    {
        var json = JsonSerializer.SerializeToNode(entry, MeteringJson.Default.LedgerEntry)!;
        if (entry.Kind == EntryKind.FeatureChanged)
        {
            change(json["effect"]!["meters"]![0]!.AsObject());
        }

        return json.Deserialize(MeteringJson.Default.LedgerEntry)!;
    }
}
