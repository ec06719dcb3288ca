using System.Collections.Immutable;
using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Periods;

/// <summary>What a clock that jumped ahead did to a license's periods is undone, and nothing that was used is lost.</summary>
[Rule(2)]
public sealed class ClockRepairTests
{
    private const string Jump = "2036-01-05";

    [Theory]
    [InlineData("2026-01-10")]
    [InlineData("2026-01-11")]
    public void A_clock_that_the_license_is_not_ahead_of_is_refused(string now)
    {
        var world = new World(Limit(10, Interval.Month));
        world.WaitUntil("2026-01-10").Use(1);
        var before = world.State;

        Assert.Equal(RefusalCode.InvalidRequest, world.Do<Refusal>(new RepairClock { Now = At(now) }).Code);
        Assert.Same(before, world.State);
    }

    [Fact]
    [Rule(9)]
    public void Each_meter_whose_use_or_period_moves_has_an_entry_that_says_so()
    {
        var monthly = Limit(10, Interval.Month);
        var world = new World(Of(monthly), Of(monthly, "seats", MetricType.Gauge), Of(monthly, "idle"));
        world.WaitUntil("2026-01-10").Use(1);
        world.Record(4, "seats");
        world.WaitUntil(Jump).Use(2);
        world.Record(4, "seats");
        Repair(world, "2026-01-11");

        Assert.All(world.Last.Entries, entry => Assert.Equal(EntryKind.ClockRepaired, entry.Kind));
        Assert.Equal([null, Calls, "seats"], world.Last.Entries.Select(entry => entry.FeatureCode));
        var (calls, seats) = (world.Last.Entries[1], world.Last.Entries[2]);
        Assert.Equal((1m, 2m, 3m), (calls.Amount, calls.Before, calls.After));
        Assert.Equal((0m, 4m, 4m), (seats.Amount, seats.Before, seats.After));
        Assert.Equal(At("2026-01-01"), calls.Period!.Start);
        Assert.Equal(At("2026-01-01"), seats.Period!.Start);
    }

    [Fact]
    public void A_jump_within_the_late_window_leaves_no_trace_but_the_use_itself()
    {
        var world = new World(Of(Priced(10, From(0) with { UnitPrice = 1 })), Of(Limit(10, Interval.Month), "free"));
        world.Balance(100);
        world.WaitUntil("2026-01-31T12:00:00Z").Use(4);
        world.Use(3, "free");
        world.WaitUntil("2026-02-01T06:00:00Z").Use(1);
        world.Use(1, "free");
        Repair(world, "2026-01-31T18:00:00Z");

        var (meter, free) = (world.Meter, world.State.FindMeter("free")!);
        Assert.Equal((5m, 5m, 0m, 5m), (meter.Used, meter.LimitUsed, meter.Overage, meter.Cost));
        Assert.Equal((4m, 4m, 0m), (free.Used, free.LimitUsed, free.Cost));
        Assert.Null(meter.Past);
        Assert.Null(free.Past);
        Assert.Null(free.Priced);
        Assert.Equal(At("2026-01-31T18:00:00Z"), world.State.LastSeen);
    }

    [Fact]
    public void Overage_is_what_the_limit_does_not_cover_of_both_together()
    {
        var world = new World(Limit(10, Interval.Month, Policy.AllowWithOverage));
        world.WaitUntil("2026-01-10").Use(7);
        world.WaitUntil(Jump).Use(2);
        Repair(world, "2026-01-11");
        Assert.Equal((9m, 9m, 0m), (world.Meter.Used, world.Meter.LimitUsed, world.Meter.Overage));

        world.Use(4);
        world.WaitUntil(Jump).Use(2);
        Repair(world, "2026-01-12");
        Assert.Equal((15m, 10m, 5m), (world.Meter.Used, world.Meter.LimitUsed, world.Meter.Overage));
    }

    [Fact]
    [Rule(6)]
    public void Overage_that_was_counted_stays_so_under_a_larger_limit()
    {
        var world = new World(Limit(10, Interval.Month, Policy.AllowWithOverage));
        world.WaitUntil("2026-01-10").Use(13);
        world.WaitUntil(Jump).Do(new AssignFeature { Feature = Of(Limit(20, Interval.Month)) });
        world.Use(2);
        Repair(world, "2026-01-11");
        Assert.Equal((15m, 12m, 3m), (world.Meter.Used, world.Meter.LimitUsed, world.Meter.Overage));
    }

    [Fact]
    public void A_period_that_ended_at_this_very_instant_stays_closed()
    {
        var world = new World(Limit(10, Interval.Hour));
        foreach (var used in new[] { 1, 2, 3 })
        {
            world.Use(used);
            world.Wait(TimeSpan.FromHours(1));
        }

        world.Use(1);
        Repair(world, "2026-01-01T01:00:00Z");
        Assert.Equal((At("2026-01-01T01:00:00Z"), 6m), (world.Meter.Period.Start, world.Meter.Used));
        Assert.Equal(1, Assert.Single(world.Meter.Past!.Periods).Used);
    }

    [Fact]
    public void A_standing_level_is_not_added_to_itself()
    {
        var world = new World(Of(Priced(10, From(0) with { UnitPrice = 2 }), metric: MetricType.UpDown));
        world.Balance(100);
        world.WaitUntil("2026-01-10").Use(5);
        world.WaitUntil(Jump).Use(1);
        Assert.Equal(2, world.Meter.Cost);
        Repair(world, "2026-01-11");

        Assert.Equal((6m, 6m, 12m), (world.Meter.Used, world.Meter.LimitUsed, world.Meter.Cost));
    }

    [Fact]
    public void Periods_in_the_state_and_periods_that_had_left_it_are_joined()
    {
        var world = new World(Priced(100, From(0) with { UnitPrice = 1 }));
        world.Balance(100);
        world.WaitUntil("2026-01-10").Use(2);
        world.WaitUntil("2026-03-20").Use(3);
        world.WaitUntil("2026-04-01T06:00:00Z").Use(4);
        Assert.Equal(2, Assert.Single(world.ClosedPeriods).Used);
        Repair(world, "2026-01-11");

        Assert.Equal((9m, 9m, 91m), (world.Meter.Used, world.Meter.Priced!.CreditDrawn, world.Meter.Priced.CreditLeft));
        Assert.Empty(MeterPast.Of(world.Meter).Periods);
        Assert.Equal((9m, At("2026-02-01")), (world.See().Used, world.See().ResetsAt));
    }

    [Fact]
    [Rule(7)]
    public void What_was_left_of_a_balance_is_what_the_last_use_left()
    {
        var world = new World(Priced(100, From(0) with { UnitPrice = 1 }));
        world.WaitUntil("2026-01-10").Balance(100);
        world.Use(2);
        world.WaitUntil("2026-02-20").Use(3);
        world.WaitUntil("2026-03-20").Do(new ResumeUsage { FeatureCode = Calls });
        Repair(world, "2026-01-11");
        Assert.Equal((5m, 95m), (world.Meter.Priced!.CreditDrawn, world.Meter.Priced.CreditLeft));

        world.WaitUntil("2026-04-10").Use(4);
        Repair(world, "2026-01-12");
        Assert.Equal((9m, 91m), (world.Meter.Priced.CreditDrawn, world.Meter.Priced.CreditLeft));
    }

    [Fact]
    public void The_period_that_is_open_again_is_the_one_that_was_not_one_of_the_new_schedule()
    {
        var world = new World(Limit(10, Interval.Month));
        world.WaitUntil("2026-01-10").Use(1);
        world.WaitUntil(Jump).Do(new AssignFeature { Feature = Of(Limit(10, Interval.Day)) });
        world.Use(1);
        Repair(world, "2026-01-11T12:00:00Z");

        Assert.Equal(new Period(At("2026-01-01"), At("2026-02-01")), world.Meter.Period);
        Assert.Equal(2, world.Meter.Used);
    }

    [Fact]
    public void What_an_operators_reset_ended_in_the_jump_stays_ended_and_leaves_its_record()
    {
        var world = new World(Limit(10, Interval.Month));
        world.WaitUntil("2026-01-31T12:00:00Z").Use(4);
        world.WaitUntil("2026-02-01T06:00:00Z").Use(2);
        world.Wait(TimeSpan.FromHours(1)).Do(new ResetUsage { FeatureCode = Calls, KeepAnchor = true });
        world.Use(1);
        Assert.Equal([4m, 2m], world.Meter.Past!.Periods.Select(period => period.Used));
        Repair(world, "2026-01-31T18:00:00Z");

        var record = Assert.Single(world.ClosedPeriods);
        Assert.Equal((2m, true, PeriodStatus.Final), (record.Used, record.Reset, record.Status));
        Assert.Equal(5, world.Meter.Used);
        Assert.Empty(MeterPast.Of(world.Meter).Periods);
    }

    [Fact]
    public void What_an_operators_reset_had_ended_before_the_jump_keeps_its_late_use()
    {
        var world = new World(Limit(10, Interval.Month));
        world.WaitUntil("2026-01-31T11:00:00Z").Use(4);
        world.Wait(TimeSpan.FromHours(1)).Do(new ResetUsage { FeatureCode = Calls, KeepAnchor = true });
        world.Use(1);
        world.WaitUntil("2026-02-01T06:00:00Z").Use(2);
        Repair(world, "2026-01-31T18:00:00Z");
        Assert.Empty(world.ClosedPeriods);
        Assert.Equal(3, world.Meter.Used);

        world.Record(5, at: At("2026-01-31T11:30:00Z"));
        Assert.Equal((4m, 9m), (world.Entries[^1].Before, world.Entries[^1].After));
        Assert.Equal(3, world.Meter.Used);
    }

    [Fact]
    [Rule(6)]
    public void A_rate_does_not_wait_for_the_jumps_end()
    {
        var world = new World(Tiered(null, From(0, policy: Policy.RateLimit) with { Rate = new Rate(1, RateInterval.Minute, 2) }));
        world.WaitUntil(Jump).Use(2);
        Repair(world, "2026-01-10");
        world.Use(2);
        world.Refuse(RefusalCode.RateLimited);
    }

    [Fact]
    [Rule(10)]
    public void Late_use_reaches_as_far_back_as_it_would_have_without_the_jump()
    {
        var world = new World(Of(Limit(10, Interval.Hour)), Of(Limit(10, Interval.Hour), "idle"));
        world.WaitUntil("2026-01-02T00:30:00Z").Use(1);
        world.Use(1, "idle");
        world.WaitUntil("2026-01-05T00:30:00Z").Use(1);
        world.Use(1, "idle");
        var idle = world.State.FindMeter("idle")!.Past!;
        world.WaitUntil(Jump).Use(1);
        Repair(world, "2026-01-06T12:00:00Z");

        var past = world.Meter.Past!;
        Assert.Equal((At("2026-01-05T12:00:00Z"), At("2026-01-05T12:00:00Z")), (past.ClosedThrough, past.DaysClosedThrough));
        Assert.Equal(idle.ClosedThrough, world.State.FindMeter("idle")!.Past!.ClosedThrough);
    }

    // As a host does it: the records that are taken back go.
    private static void Repair(World world, string now)
    {
        world.WaitUntil(now);
        ImmutableArray<FeaturePeriod> closed = [.. world.ClosedPeriods.Where(period => period.IsTakenBack(world.Now))];
        world.ClosedPeriods.RemoveAll(closed.Contains);
        world.Do<Done>(new RepairClock { Now = world.Now, Closed = closed });
    }
}
