using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Periods;

/// <summary>Rule 10: for how long closed periods are kept for late use, how many of them, and with what.</summary>
[Rule(10)]
public sealed class KeptPeriodTests
{
    [Fact]
    public void A_period_is_final_when_the_late_window_after_it_is_over()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Use(1);
        world.WaitUntil("2026-02-01T23:59:59.999Z").Use(1);
        Assert.Empty(world.ClosedPeriods);
        world.WaitUntil("2026-02-02").Use(1);
        Assert.Equal(PeriodStatus.Final, Assert.Single(world.ClosedPeriods).Status);
        Assert.Equal(At("2026-02-01"), world.Meter.Past!.ClosedThrough);
    }

    [Fact]
    public void Periods_that_become_final_together_have_a_record_each()
    {
        var world = new World(Limit(10, Interval.Hour));
        world.Use(1);
        world.WaitUntil("2026-01-01T01:10:00Z").Use(2);
        world.WaitUntil("2026-01-03").Use(1);
        Assert.Equal([1m, 2m], world.Last.ClosedPeriods.Select(record => record.Used));
    }

    [Fact]
    public void What_is_closed_for_good_is_never_less_than_before()
    {
        // Twelve hours are passed in one step; the first hour is forgotten after them, for there is no room for 49.
        var world = new World(Limit(10, Interval.Hour)) { Rules = new MeterRules { LateWindow = TimeSpan.FromHours(72) } };
        world.Use(1);
        world.WaitUntil("2026-01-03T12:30:00Z").Use(1);
        Assert.Equal(MeterLimits.ClosedPeriods, world.Meter.Past!.Periods.Length);
        Assert.Equal(At("2026-01-01T12:00:00Z"), world.Meter.Past.ClosedThrough);
        Assert.Equal(At("2026-01-01T12:00:00Z"), world.Meter.Past.Periods[0].Period.Start);
    }

    [Fact]
    public void All_meters_together_have_room_for_so_many_periods_and_each_for_its_last()
    {
        var codes = Enumerable.Range(10, 13).Select(i => "f" + i).ToArray();
        var world = new World([.. codes.Select(code => Of(Limit(10, Interval.Hour), code))])
        {
            Rules = new MeterRules { LateWindow = TimeSpan.FromHours(72) },
        };
        world.WaitUntil("2026-01-03T12:30:00Z");
        foreach (var code in codes)
        {
            world.Use(1, code);
        }

        Assert.Equal(
            [.. Enumerable.Repeat(MeterLimits.ClosedPeriods, 10), 20, 1, 1],
            codes.Select(code => world.State.FindMeter(code)!.Past!.Periods.Length));
    }

    [Fact]
    [Rule(3)]
    public void Late_use_of_an_hour_that_was_passed_is_covered_by_what_that_hour_did_not_pass_on()
    {
        var world = new World(Limit(10, Interval.Hour, Policy.AllowWithOverage) with { RolloverMax = 4 });
        world.WaitUntil("2026-01-01T04:10:00Z").Use(1);
        world.Record(11, at: At("2026-01-01T02:30:00Z"));

        // Its limit of 10 and the 4 of the hour before, less the 4 that it passed on itself.
        Assert.Equal((11m, 1m), (world.Entries[^1].After, world.Entries[^1].Overage));
    }

    [Fact]
    [Rule(7)]
    public void Late_use_of_an_hour_that_was_passed_has_the_prices_of_that_hour()
    {
        var world = new World(Of(Hourly(1)));
        world.Balance(100);
        world.WaitUntil("2026-01-01T00:10:00Z").Use(1);
        world.WaitUntil("2026-01-01T01:10:00Z").Use(1);
        world.Do(new AssignFeature { Feature = Of(Hourly(3)) });
        world.WaitUntil("2026-01-01T05:10:00Z").Use(1);

        Assert.Equal(1, world.Record(1, at: At("2026-01-01T00:30:00Z")).Cost);
        Assert.Equal(3, world.Record(1, at: At("2026-01-01T01:30:00Z")).Cost);
        Assert.Equal(3, world.Record(1, at: At("2026-01-01T03:30:00Z")).Cost);
    }

    [Fact]
    [Rule(7)]
    public void Prices_are_kept_for_as_long_as_a_period_that_had_them()
    {
        var world = new World(Of(Hourly(1)));
        world.Balance(100);
        world.WaitUntil("2026-01-01T00:10:00Z").Use(1);
        world.WaitUntil("2026-01-01T01:10:00Z").Use(1);
        world.WaitUntil("2026-01-01T02:05:00Z").Do(new AssignFeature { Feature = Of(Hourly(3)) });
        world.Use(1);

        // The first hour is too old by now, and the second is not.
        world.WaitUntil("2026-01-02T01:30:00Z").Use(1);
        Assert.Equal(1, Assert.Single(world.ClosedPeriods).Used);
        Assert.Equal(1, world.Record(1, at: At("2026-01-01T01:45:00Z")).Cost);
        Assert.Equal(3, world.Record(1, at: At("2026-01-01T02:45:00Z")).Cost);
    }

    [Fact]
    public void A_standing_level_is_changed_late_also_where_its_periods_were_passed()
    {
        var world = new World(Limit(10, Interval.Hour), MetricType.Gauge);
        world.WaitUntil("2026-01-01T00:10:00Z").Use(1);
        world.WaitUntil("2026-01-02T05:10:00Z").Do(new ResumeUsage { FeatureCode = Calls });
        world.Record(4, at: At("2026-01-01T12:00:00Z"));
        Assert.Equal((false, 4m, new DateOnly(2026, 1, 1)), (world.Entries[^1].Late, world.Meter.Used, world.Entries[^1].Day));
    }

    [Fact]
    public void Use_goes_on_from_where_it_counted_through_every_change_of_the_interval()
    {
        var world = new World(Limit(10, Interval.Month));
        world.WaitUntil("2026-01-15T10:10:00Z").Use(1);
        Change(world, Limit(10, Interval.Day));
        Change(world, Limit(10, Interval.Hour));
        Assert.Equal(At("2026-01-01"), world.Meter.Past!.CountsFrom);
        world.Record(2, at: At("2026-01-14T12:00:00Z"));
        Assert.Equal((3m, false), (world.Meter.Used, world.Entries[^1].Late));

        Change(world, Limit(10, Interval.Month));
        Assert.Null(world.Meter.Past);
    }

    [Fact]
    public void Other_terms_leave_nothing_to_be_known_where_no_closed_period_is_priced_by_them()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Use(1);
        Change(world, Limit(20, Interval.Month));
        Assert.Null(world.Meter.Past);

        world.WaitUntil("2026-02-01T01:00:00Z").Use(1);
        Change(world, Limit(20, Interval.Month));
        Assert.Empty(world.Meter.Past!.FormerTerms);
        Change(world, Limit(30, Interval.Month));
        Change(world, Limit(40, Interval.Month));
        Assert.Equal([20m], world.Meter.Past.FormerTerms.Select(former => former.Terms.Limit!.Value));
    }

    [Fact]
    public void Periods_whose_terms_have_no_room_go_with_them()
    {
        // Terms with 20 tiers take room for 21, so 38 of them have room in 800, and a feature has eight at most.
        var codes = new[] { "a", "b", "c", "d", "e" };
        var world = new World([.. codes.Select(code => Of(Hourly(1, MeterLimits.Tiers), code))]);
        world.Balance(1_000);
        for (var price = 2; price <= 10; price++)
        {
            foreach (var code in codes)
            {
                world.Use(1, code);
            }

            world.Wait(TimeSpan.FromHours(1));
            foreach (var code in codes)
            {
                world.Do<AssignmentAnswer>(new AssignFeature { Feature = Of(Hourly(price, MeterLimits.Tiers), code) });
            }
        }

        Assert.Equal([8, 8, 8, 7, 7], codes.Select(code => world.State.FindMeter(code)!.Past!.FormerTerms.Length));
        Assert.Equal([8, 8, 8, 7, 7], codes.Select(code => world.State.FindMeter(code)!.Past!.Periods.Length));
        Assert.Equal(["a", "b", "c", "d", "d", "e", "e"], world.ClosedPeriods.Select(record => record.FeatureCode).Order());
    }

    [Fact]
    [Rule(7)]
    public void A_license_tells_so_many_lines_of_charges_apart_and_the_rest_in_one()
    {
        var rules = new MeterRules { LateWindow = TimeSpan.FromHours(72) };
        var world = new World(Of(Hourly(1, MeterLimits.Tiers), "a"), Of(Hourly(1, MeterLimits.Tiers), "b")) { Rules = rules };
        world.Balance(10_000);
        var perHour = 2 * MeterLimits.Tiers;
        for (var hour = 0; hour < MeterLimits.LicensePeriodLines / perHour; hour++)
        {
            Assert.Equal(MeterLimits.Tiers, Lines(world, "a").Length);
            Assert.Equal(MeterLimits.Tiers, Lines(world, "b").Length);
            world.Wait(TimeSpan.FromHours(1));
        }

        // There is no room left.
        Assert.Equal([new TierCharge(null, 0, MeterLimits.Tiers, MeterLimits.Tiers, 0)], Lines(world, "a"));
    }

    private static TierCharge[] Lines(World world, string code)
    {
        world.Use(MeterLimits.Tiers, code);
        return [.. world.State.FindMeter(code)!.Priced!.Charges!.Lines];
    }

    // As many tiers as are asked for, each of one unit.
    private static Terms Hourly(decimal price, int tiers = 1) => Limit(null, Interval.Hour) with
    {
        PriceUnit = "USD",
        Tiers = [.. Enumerable.Range(0, tiers).Select(from => From(from) with { UnitPrice = price })],
    };

    private static void Change(World world, Terms terms) => world.Do<AssignmentAnswer>(new AssignFeature { Feature = Of(terms) });
}
