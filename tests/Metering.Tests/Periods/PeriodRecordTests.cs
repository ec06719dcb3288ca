using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Periods;

/// <summary>The record that a closed period leaves behind, with what a bill needs of it.</summary>
[Rule(3)]
public sealed class PeriodRecordTests
{
    [Fact]
    [Rule(7)]
    public void A_record_says_what_was_included_used_and_charged_and_by_which_grants()
    {
        var world = Paid(Of(Priced(10, From(0) with { UnitPrice = 0.5m, BasePrice = 3 }, FromPercent(80) with { UnitPrice = 2 })
            with { RolloverMax = 4, OverLimit = Policy.AllowWithOverage }));
        world.Use(7);
        world.WaitUntil("2026-02-02");
        var grant = world.Grant(5);
        world.Use(15);
        world.WaitUntil("2026-03-10").Use(1);

        var (january, february) = (world.ClosedPeriods[0], world.ClosedPeriods[1]);
        Assert.Equal((At("2026-01-01"), At("2026-02-01")), (january.Period.Start, january.Period.End!.Value));
        Assert.Equal((10m, 0m, 10m, 7m, 0m), (january.Limit, january.RolledIn, january.Allowance, january.Used, january.Overage));
        Assert.Equal(Charges.Of([new TierCharge("0", 0.5m, 7, 3.5m, 3)]), january.Charges);
        Assert.Equal((6.5m, 6.5m, 993.5m), (january.Cost, january.CreditDrawn, january.CreditLeft));
        Assert.Equal(("USD", PeriodStatus.Final, false), (january.PriceUnit, january.Status, january.Reset));

        // 80% of 10 + 3 + 5 is 14.4: so much of 15 lies in the first tier.
        Assert.Equal((10m, 3m, 18m, 15m), (february.Limit, february.RolledIn, february.Allowance, february.Used));
        Assert.Equal(new PeriodGrant(grant.Id, 2), Assert.Single(february.Grants));
        Assert.Equal(
            Charges.Of([new TierCharge("0", 0.5m, 14.4m, 7.2m, 3), new TierCharge("80%", 2, 0.6m, 1.2m, 0)]), february.Charges);
        Assert.Equal((11.4m, 982.1m), (february.Cost, february.CreditLeft));
        var closing = world.Entries.Single(entry => entry.Sequence == february.Sequence);
        Assert.Equal((EntryKind.PeriodClosed, february.Cost, february.Charges), (closing.Kind, closing.Cost, closing.Charges));
    }

    [Fact]
    [Rule(10)]
    public void Late_use_adds_to_the_charges_of_its_period_until_that_leaves_the_state()
    {
        var world = Paid(Of(Priced(100, From(0) with { UnitPrice = 1 }, From(5) with { UnitPrice = 3, BasePrice = 10 })));
        world.Use(4);
        world.WaitUntil("2026-02-01T06:00:00Z").Use(1);
        var kept = Closed(world);
        Assert.Equal((PeriodStatus.Closed, 4m), (kept.Status, kept.Cost));
        world.Record(3, at: At("2026-01-31T20:00:00Z"));

        Assert.Equal(Charges.Of([new TierCharge("0", 1, 1, 1, 0), new TierCharge("5", 3, 2, 6, 10)]), world.Entries[^1].Charges);
        kept = Closed(world);
        Assert.Empty(world.ClosedPeriods);
        Assert.Equal(Charges.Of([new TierCharge("0", 1, 5, 5, 0), new TierCharge("5", 3, 2, 6, 10)]), kept.Charges);
        world.WaitUntil("2026-02-03").Use(1);
        Assert.Equal(kept.Charges, Assert.Single(world.ClosedPeriods).Charges);
        Assert.Equal(21, world.ClosedPeriods[0].Cost);
    }

    [Fact]
    [Rule(7)]
    public void A_correction_takes_from_the_last_tier_first_and_no_more_than_was_charged()
    {
        var world = Paid(Of(Priced(100, From(0) with { UnitPrice = 1 }, From(5) with { UnitPrice = 3 })));
        world.Use(7);
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 4 });

        Assert.Equal(Charges.Of([new TierCharge("5", 3, -2, -6, 0), new TierCharge("0", 1, -2, -2, 0)]), world.Entries[^1].Charges);
        Assert.Equal(Charges.Of([new TierCharge("0", 1, 3, 3, 0), new TierCharge("5", 3, 0, 0, 0)]), world.Meter.Priced!.Charges);
        world.Do<AssignmentAnswer>(new AssignFeature { Feature = Of(Priced(100, From(0) with { UnitPrice = 50 })) });
        world.Do(new DecrementUsage { FeatureCode = Calls, Amount = 2 });
        Assert.Equal(Charges.Of([new TierCharge("0", 50, -2, -3, 0)]), world.Entries[^1].Charges);
        Assert.Equal(0, world.Meter.Cost);
    }

    [Fact]
    [Rule(7)]
    public void Lines_come_to_the_cost_that_is_rounded_once()
    {
        const decimal Least = 0.000000001m;
        var world = Paid(Of(Priced(
            100, From(0) with { UnitPrice = 0.5m }, From(Least) with { UnitPrice = 0.5m }, From(2 * Least) with { UnitPrice = 0.5m })));
        world.Use(3 * Least);

        // Each unit costs half of the least amount: the sum of 1.5 is rounded to the even 2, and none of the lines alone comes to that.
        Assert.Equal(2 * Least, world.Entries[^1].Cost);
        Assert.Equal([0, Least, Least], world.Entries[^1].Charges!.Lines.Select(line => line.UnitCost));
        Assert.Equal(world.Entries[^1].Cost, world.Entries[^1].Charges!.Cost);
    }

    [Fact]
    public void Without_a_price_nothing_is_kept()
    {
        var world = new World(Limit(10, Interval.Day));
        world.Use(3);

        Assert.Null(world.Meter.Priced);
        Assert.Null(world.Entries[^1].Charges);
    }

    [Fact]
    public void A_standing_levels_period_is_final_when_it_is_closed()
    {
        var world = Paid(Of(Priced(10, From(0) with { UnitPrice = 2 }), metric: MetricType.UpDown));
        world.Use(6);
        world.WaitUntil("2026-02-01").Use(-1);

        var record = Assert.Single(world.ClosedPeriods);
        Assert.Equal((6m, 12m, PeriodStatus.Final), (record.Used, record.Cost, record.Status));
        Assert.Equal(5, LicenseMeter.Periods(world.State, world.Now, MeterRules.Default)[^1].Used);
    }

    [Fact]
    public void What_was_used_between_two_resets_of_one_millisecond_has_a_record()
    {
        var world = Paid(Of(Priced(10, From(0) with { UnitPrice = 1 })));
        world.Use(1);
        world.Do(new ResetUsage { FeatureCode = Calls });
        world.Use(2);
        world.Do(new ResetUsage { FeatureCode = Calls });

        // The license was opened in this millisecond too.
        Assert.Equal([1m, 2m], world.ClosedPeriods.Select(record => record.Used));
        Assert.All(world.ClosedPeriods, record => Assert.True(record.Reset));
    }

    [Fact]
    [Rule(9)]
    public void No_record_leaves_without_an_entry()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Use(4);
        world.WaitUntil("2026-01-01T12:00:00Z").Do(new ResetUsage { FeatureCode = Calls, KeepAnchor = true });
        world.Use(1);
        world.WaitUntil("2026-01-02T13:00:00Z").Do(new DecrementUsage { FeatureCode = Calls, Amount = -1 });
        Assert.Empty(world.Last.Entries);
        Assert.Empty(world.ClosedPeriods);

        var said = LicenseMeter.Periods(world.State, world.Now, MeterRules.Default);
        Assert.Equal([(4m, PeriodStatus.Final), (1m, PeriodStatus.Open)], said.Select(period => (period.Used, period.Status)));
        world.Use(1);
        Assert.Equal(said[0].Sequence, Assert.Single(world.ClosedPeriods).Sequence);
    }

    [Fact]
    public void Periods_that_nobody_looked_at_have_no_records()
    {
        var world = new World(Limit(10, Interval.Day));
        world.Use(4);
        world.WaitUntil("2026-06-01T06:00:00Z").Use(1);
        world.WaitUntil("2026-12-01T06:00:00Z").Use(1);

        Assert.Equal([4m, 1m], world.ClosedPeriods.Select(record => record.Used));
    }

    [Fact]
    [Rule(2)]
    public void A_repaired_clock_leaves_one_record_of_each_period_and_loses_nothing()
    {
        var world = Paid(Of(Priced(10, From(0) with { UnitPrice = 1 }) with { OverLimit = Policy.AllowWithOverage }));
        world.WaitUntil("2026-01-10").Use(2);
        world.WaitUntil("2026-03-20").Use(3);
        world.WaitUntil("2026-05-20").Use(4);
        var future = world.ClosedPeriods.ToList();
        Assert.Equal([2m, 3m], future.Select(record => record.Used));

        world.WaitUntil("2026-01-11").Do<Done>(new RepairClock { Now = world.Now, Closed = [.. future] });
        Assert.Equal(world.Now, world.Last.SetBackTo);
        Assert.All(future, record => Assert.True(record.IsTakenBack(world.Now)));
        Assert.Equal((9m, 9m), (world.Meter.Used, world.Meter.Cost));
        Assert.Equal(Charges.Of([new TierCharge("0", 1, 9, 9, 0)]), world.Meter.Priced!.Charges);
        world.WaitUntil("2026-04-10").Use(1);
        var record = Assert.Single(world.ClosedPeriods.Skip(2));
        Assert.Equal((At("2026-01-01"), 9m, 9m), (record.Period.Start, record.Used, record.Cost));
    }

    [Fact]
    public void Tiers_and_prices_too_many_are_told_in_one_line()
    {
        var world = Paid(Of(Priced(null, From(0) with { UnitPrice = 1 })));
        world.Do<BalanceAnswer>(new ChangeBalance { Unit = "USD", Change = BalanceChange.TopUp, Amount = 10_000 });
        for (var price = 1; price <= MeterLimits.PeriodCharges + 5; price++)
        {
            world.Do<AssignmentAnswer>(new AssignFeature { Feature = Of(Priced(null, From(0) with { UnitPrice = price })) });
            world.Use(1);
        }

        var lines = world.Meter.Priced!.Charges!.Lines;
        Assert.Equal(MeterLimits.PeriodCharges, lines.Length);
        Assert.Equal(new TierCharge(null, 0, 6, 64 + 65 + 66 + 67 + 68 + 69, 0), lines[^1]);
        Assert.Equal(world.Meter.Cost, world.Meter.Priced.Charges.Cost);
    }

    private static World Paid(FeatureTerms feature)
    {
        var world = new World(feature);
        world.Balance(1_000);
        return world;
    }

    private static FeaturePeriod Closed(World world) => Assert.Single(
        LicenseMeter.Periods(world.State, world.Now, MeterRules.Default), period => period.Status != PeriodStatus.Open);
}
