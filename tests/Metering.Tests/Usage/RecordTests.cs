using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Usage;

public sealed class RecordTests
{
    [Fact]
    public void What_has_happened_is_counted_whatever_is_left()
    {
        var world = new World(Limit(10));
        var answer = world.Record(25);
        Assert.Equal((25m, 15m, Level.OverUsage), (answer.Used, answer.Overage, answer.Level));
        world.Refuse(RefusalCode.QuotaExceeded);
    }

    [Fact]
    public void What_has_happened_counts_on_a_suspended_or_expired_license_and_not_on_a_deleted_one()
    {
        var world = new World(Limit(10));
        world.Do(new ChangeLicense { Suspended = true, SetExpiry = true, ExpiresAt = World.Begin });
        Assert.Equal(4, world.Record(4).Used);
        world.Do(new ChangeLicense { Deleted = true });
        Assert.Equal(RefusalCode.LicenseNotFound, world.Do<Refusal>(new RecordUse { FeatureCode = Calls }).Code);
    }

    [Fact]
    [Rule(10)]
    public void Yesterdays_use_counts_in_yesterday()
    {
        var world = new World(Limit(100, Interval.Month));
        world.WaitUntil("2026-01-10T20:00:00Z").Use(1);
        world.WaitUntil("2026-01-11T10:00:00Z").Record(5, at: At("2026-01-10T23:59:59.999Z"));
        Assert.Equal(6, world.Meter.Used);
        Assert.Equal([(new DateOnly(2026, 1, 10), 6m)], world.Meter.Days.Select(day => (day.Day, day.Sum)));
        Assert.False(world.Entries[^1].Late);
    }

    [Fact]
    [Rule(10)]
    public void Use_from_beyond_the_late_window_counts_now_and_is_marked_late()
    {
        var world = new World(Limit(100, Interval.Month));
        world.WaitUntil("2026-01-12T10:00:00Z").Record(5, at: At("2026-01-11T09:59:59.999Z"));
        var entry = world.Entries[^1];
        Assert.Equal((true, new DateOnly(2026, 1, 12), At("2026-01-11T09:59:59.999Z")), (entry.Late, entry.Day, entry.OccurredAt));
        world.Record(5, at: At("2026-01-11T10:00:00Z"));
        Assert.Equal((false, new DateOnly(2026, 1, 11)), (world.Entries[^1].Late, world.Entries[^1].Day));
    }

    [Fact]
    [Rule(10)]
    public void The_late_window_is_the_operators_to_set()
    {
        var world = new World(Limit(100, Interval.Month)) { Rules = new MeterRules { LateWindow = TimeSpan.FromMinutes(5) } };
        world.WaitUntil("2026-01-12T10:00:00Z").Record(5, at: At("2026-01-12T09:54:00Z"));
        Assert.True(world.Entries[^1].Late);
    }

    [Fact]
    [Rule(10)]
    public void Late_use_of_the_period_before_counts_in_it()
    {
        var world = new World(Limit(10, Interval.Month));
        world.WaitUntil("2026-01-31T20:00:00Z").Use(7);
        world.WaitUntil("2026-02-01T08:00:00Z").Use(2);
        var answer = world.Record(5, at: At("2026-01-31T23:00:00Z"));
        Assert.Equal((2m, 0m), (answer.Used, answer.Overage));
        var entry = world.Entries[^1];
        Assert.Equal(
            (7m, 12m, 2m, At("2026-01-01"), new DateOnly(2026, 1, 31)),
            (entry.Before, entry.After, entry.Overage, entry.Period!.Start, entry.Day));
        var closed = Assert.Single(world.Meter.Past!.Periods);
        Assert.Equal((12m, 2m, 0m), (closed.Used, closed.Overage, closed.Left));
    }

    [Fact]
    [Rule(10)]
    public void Late_use_of_an_empty_period_before_counts_in_it()
    {
        var world = new World(Limit(10, Interval.Day));
        world.WaitUntil("2026-01-08T12:00:00Z").Use(10);
        world.WaitUntil("2026-01-10T06:00:00Z");
        var answer = world.Record(4, at: At("2026-01-09T22:00:00Z"));
        Assert.Equal(0, answer.Used);
        var entry = world.Entries[^1];
        Assert.Equal((0m, 4m, 0m, At("2026-01-09"), false), (entry.Before, entry.After, entry.Overage, entry.Period!.Start, entry.Late));
    }

    [Fact]
    [Rule(10)]
    public void Late_use_takes_only_what_the_period_before_did_not_roll_over()
    {
        var world = new World(Limit(10, Interval.Month) with { RolloverMax = 4 });
        world.WaitUntil("2026-01-31T20:00:00Z").Use(1);
        world.WaitUntil("2026-02-01T08:00:00Z").Record(6, at: At("2026-01-31T23:00:00Z"));
        Assert.Equal((5m, 1m), (world.Entries[^1].Amount - world.Entries[^1].Overage, world.Entries[^1].Overage));
        Assert.Equal(14, world.See().Allowance);
    }

    [Fact]
    [Rule(10)]
    public void After_a_reset_late_use_finds_all_that_the_limit_had_left()
    {
        var world = new World(Limit(10, Interval.Month) with { RolloverMax = 100 });
        world.Use(1);
        world.WaitUntil("2026-01-02").Do(new ResetUsage { FeatureCode = Calls });
        world.WaitUntil("2026-01-02T01:00:00Z").Record(9, at: At("2026-01-01T12:00:00Z"));
        Assert.Equal((0m, 10m), (world.Entries[^1].Overage, world.Entries[^1].After));
        Assert.Equal(10, world.See().Remaining);
    }

    [Fact]
    [Rule(2)]
    public void A_clock_that_runs_ahead_gains_nothing()
    {
        var world = new World(Limit(10, Interval.Day));
        world.Record(4, at: At("2026-01-05"));
        Assert.Equal((4m, new DateOnly(2026, 1, 1)), (world.Meter.Used, world.Entries[^1].Day));
        Assert.Equal(At("2026-01-05"), world.Entries[^1].OccurredAt);
    }

    [Fact]
    public void What_cannot_be_counted_is_refused_with_its_field()
    {
        var world = new World(Limit(10));
        Assert.Equal("/amount", world.Do<Refusal>(new RecordUse { FeatureCode = Calls, Given = 0 }).Pointer);
        Assert.Equal(RefusalCode.FeatureNotAssigned, world.Do<Refusal>(new RecordUse { FeatureCode = "unknown" }).Code);
    }
}
