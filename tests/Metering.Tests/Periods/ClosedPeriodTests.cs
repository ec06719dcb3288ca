using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Periods;

/// <summary>Rule 10: use that arrives late counts in its own period, as long as that is kept.</summary>
[Rule(10)]
public sealed class ClosedPeriodTests
{
    [Fact]
    public void An_hours_use_that_arrives_hours_later_counts_in_its_hour()
    {
        var world = new World(Limit(10, Interval.Hour));
        world.WaitUntil("2026-01-01T08:05:00Z").Use(9);
        world.WaitUntil("2026-01-01T09:05:00Z").Use(1);
        world.WaitUntil("2026-01-01T11:10:00Z").Record(3, at: At("2026-01-01T08:30:00Z"));
        var entry = world.Entries[^1];
        Assert.Equal(
            (9m, 12m, 2m, At("2026-01-01T08:00:00Z"), false), (entry.Before, entry.After, entry.Overage, entry.Period!.Start, entry.Late));
        Assert.Equal(0, world.Meter.Used);
    }

    [Fact]
    public void An_hour_in_which_nothing_happened_gets_its_late_use_too()
    {
        var world = new World(Limit(10, Interval.Hour));
        world.WaitUntil("2026-01-01T00:10:00Z").Use(1);
        world.WaitUntil("2026-01-01T05:10:00Z").Record(2, at: At("2026-01-01T01:00:00Z"));
        world.Record(9, at: At("2026-01-01T01:59:59.999Z"));
        var entry = world.Entries[^1];
        Assert.Equal(
            (2m, 11m, 1m, At("2026-01-01T01:00:00Z"), false), (entry.Before, entry.After, entry.Overage, entry.Period!.Start, entry.Late));
        Assert.Equal(0, world.Meter.Used);
    }

    [Fact]
    public void Forty_eight_closed_periods_are_kept_and_what_is_older_counts_now()
    {
        var world = new World(Limit(10, Interval.Hour)) { Rules = Window(72) };
        world.WaitUntil("2026-01-03T12:30:00Z").Record(1, at: At("2026-01-01T12:00:00Z"));
        Assert.Equal((At("2026-01-01T12:00:00Z"), false), (world.Entries[^1].Period!.Start, world.Entries[^1].Late));
        Assert.Equal(MeterLimits.ClosedPeriods, world.Meter.Past!.Periods.Length);
        world.Record(1, at: At("2026-01-01T11:59:59Z"));
        var entry = world.Entries[^1];
        Assert.Equal((At("2026-01-03T12:00:00Z"), true, new DateOnly(2026, 1, 3)), (entry.Period!.Start, entry.Late, entry.Day));
        Assert.Equal(1, world.Meter.Used);
    }

    [Fact]
    public void Raising_the_late_window_opens_no_day_and_no_period_again()
    {
        var world = new World(Limit(10, Interval.Day));
        world.WaitUntil("2026-01-02T12:00:00Z").Use(1);
        world.WaitUntil("2026-01-05T12:00:00Z").Use(1);
        Assert.Equal(new DateOnly(2026, 1, 2), Assert.Single(world.ClosedDays).Rollup.Day);
        var (state, now) = (world.State, world.Now);
        foreach (var (occurred, day) in new[] { ("2026-01-02T13:00:00Z", 5), ("2026-01-03T23:59:59Z", 5), ("2026-01-04T00:00:00Z", 4) })
        {
            var use = new RecordUse { FeatureCode = Calls, OccurredAt = At(occurred) };
            var outcome = LicenseMeter.Apply(state, use, now, Window(240));
            var entry = Assert.Single(outcome.Entries);
            Assert.Equal((new DateOnly(2026, 1, day), day == 5), (entry.Day, entry.Late));
            Assert.Empty(outcome.ClosedDays);
        }
    }

    [Fact]
    public void Use_from_before_a_feature_was_taken_away_still_counts()
    {
        var world = new World(Limit(10, Interval.Month));
        world.WaitUntil("2026-01-10T12:00:00Z").Do(new UnassignFeature { FeatureCode = Calls });
        world.WaitUntil("2026-01-10T18:00:00Z").Record(2, at: At("2026-01-10T11:00:00Z"));
        Assert.Equal(2, world.Meter.Used);
        Assert.Equal(
            RefusalCode.FeatureNotAssigned,
            world.Do<Refusal>(new RecordUse { FeatureCode = Calls, OccurredAt = At("2026-01-10T12:00:00Z") }).Code);
        world.WaitUntil("2026-01-12");
        Assert.Equal(
            RefusalCode.FeatureNotAssigned,
            world.Do<Refusal>(new RecordUse { FeatureCode = Calls, OccurredAt = At("2026-01-10T11:00:00Z") }).Code);
    }

    [Fact]
    public void A_changed_interval_takes_the_use_of_its_period_along_and_late_use_too()
    {
        var world = new World(Limit(10, Interval.Month));
        world.WaitUntil("2026-01-15T10:00:00Z").Use(4);
        world.Do(new AssignFeature { Feature = Of(Limit(10, Interval.Day)) });
        world.Record(3, at: At("2026-01-14T20:00:00Z"));
        Assert.Equal((7m, false, new DateOnly(2026, 1, 14)), (world.Meter.Used, world.Entries[^1].Late, world.Entries[^1].Day));
        world.WaitUntil("2026-01-16T01:00:00Z").Record(5, at: At("2026-01-15T02:00:00Z"));
        var entry = world.Entries[^1];
        Assert.Equal((7m, 12m, 2m, false), (entry.Before, entry.After, entry.Overage, entry.Late));
    }

    [Fact]
    public void A_longer_interval_leaves_the_closed_days_their_late_use()
    {
        var world = new World(Limit(10, Interval.Day));
        world.WaitUntil("2026-01-14T20:00:00Z").Use(9);
        world.WaitUntil("2026-01-15T10:00:00Z").Use(1);
        world.Do(new AssignFeature { Feature = Of(Limit(10, Interval.Month)) });
        world.Record(3, at: At("2026-01-14T21:00:00Z"));
        var entry = world.Entries[^1];
        Assert.Equal((9m, 12m, At("2026-01-14"), false), (entry.Before, entry.After, entry.Period!.Start, entry.Late));
        Assert.Equal(1, world.Meter.Used);
        world.Record(1, at: At("2026-01-15T09:00:00Z"));
        Assert.Equal(2, world.Meter.Used);
    }

    [Fact]
    public void Each_part_of_a_period_that_was_reset_gets_its_own_late_use()
    {
        var world = new World(Limit(10, Interval.Month));
        world.WaitUntil("2026-01-10T10:00:00Z").Use(1);
        world.WaitUntil("2026-01-10T12:00:00Z").Do(new ResetUsage { FeatureCode = Calls });
        world.WaitUntil("2026-01-10T14:00:00Z").Do(new ResetUsage { FeatureCode = Calls });
        world.WaitUntil("2026-01-10T16:00:00Z").Record(2, at: At("2026-01-10T11:00:00Z"));
        Assert.Equal(
            (1m, 3m, At("2026-01-10T12:00:00Z")), (world.Entries[^1].Before, world.Entries[^1].After, world.Entries[^1].Period!.End));
        world.Record(2, at: At("2026-01-10T13:00:00Z"));
        Assert.Equal(
            (0m, 2m, At("2026-01-10T14:00:00Z")), (world.Entries[^1].Before, world.Entries[^1].After, world.Entries[^1].Period!.End));
        Assert.Equal(0, world.Meter.Used);
    }

    [Fact]
    public void A_repaired_clock_opens_again_what_only_its_jump_had_closed()
    {
        var world = new World(Of(Limit(10, Interval.Month)), Of(Limit(100), "seats", MetricType.Gauge));
        world.WaitUntil("2026-01-10T10:00:00Z").Use(1);
        world.WaitUntil("2036-01-01").Use(2);
        world.Do(new ResetUsage { FeatureCode = "seats" });
        Assert.True(world.Meter.Past!.ClosedThrough > At("2026-01-10"));
        world.WaitUntil("2026-01-10T12:00:00Z").Do(new RepairClock { Now = world.Now });
        world.Record(3, at: At("2026-01-10T11:00:00Z"));
        Assert.Equal((new DateOnly(2026, 1, 10), false, 5m), (world.Entries[^1].Day, world.Entries[^1].Late, world.Meter.Used));
        Assert.Equal(4, world.Wait(TimeSpan.FromMinutes(1)).Record(4, "seats").Used);
    }

    [Fact]
    public void A_smaller_limit_takes_nothing_back_of_what_was_covered_when_a_clock_is_repaired()
    {
        var world = new World(Limit(10, Interval.Month));
        world.WaitUntil("2026-01-10T10:00:00Z").Use(4);
        var period = world.Meter.Period;
        world.WaitUntil("2036-01-01").Use(8);
        world.Do(new AssignFeature { Feature = Of(Limit(5, Interval.Month)) });
        Assert.Equal((8m, 0m, 8m), (world.Meter.LimitUsed, world.Meter.Overage, world.See().Allowance));

        var closed = new FeaturePeriod { FeatureCode = Calls, Period = period, Used = 4 };
        world.WaitUntil("2026-01-10T12:00:00Z").Do(new RepairClock { Now = world.Now, Closed = [closed] });

        // The 8 stay covered, as they were before the repair; the limit of 5 has no room for the 4 beside them.
        Assert.Equal((12m, 8m, 4m), (world.Meter.Used, world.Meter.LimitUsed, world.Meter.Overage));
    }

    private static MeterRules Window(int hours) => new() { LateWindow = TimeSpan.FromHours(hours) };
}
