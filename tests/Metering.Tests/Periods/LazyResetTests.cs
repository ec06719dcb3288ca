using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Periods;

[Rule(3)]
public sealed class LazyResetTests
{
    [Fact]
    public void The_first_touch_after_the_end_closes_the_period_and_opens_the_one_of_now()
    {
        var world = new World(Limit(10, Interval.Month, Policy.AllowWithOverage));
        world.Use(13);
        var answer = world.WaitUntil("2026-02-01").Use(1);
        Assert.Equal((1m, 0m, At("2026-02-01")), (answer.Used, answer.Overage, answer.Period!.Start));
        var closed = Assert.Single(world.EntriesOf(EntryKind.PeriodClosed));
        Assert.Equal((13m, 0m, -13m, 3m), (closed.Before, closed.After, closed.Amount, closed.Overage));
        Assert.Equal(new Period(At("2026-01-01"), At("2026-02-01")), closed.Period);
        Assert.Equal(closed.Period, Assert.Single(world.SignalsOf(SignalType.PeriodClosed)).Period);
    }

    [Fact]
    public void A_millisecond_before_the_end_is_still_in_the_period()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Use(10);
        world.WaitUntil("2026-01-31T23:59:59.999Z").Refuse(RefusalCode.QuotaExceeded);
        Assert.Equal(1, world.Wait(TimeSpan.FromMilliseconds(1)).Use(1).Used);
    }

    [Fact]
    public void Many_empty_periods_are_passed_with_one_entry()
    {
        var world = new World(Limit(10, Interval.Hour));
        world.Use(4);
        world.WaitUntil("2526-07-01T00:30:00Z").Use(1);
        Assert.Single(world.EntriesOf(EntryKind.PeriodClosed));
        Assert.Equal(At("2526-07-01"), world.Meter.Period.Start);
        Assert.Equal(new Period(At("2526-06-30T23:00:00Z"), At("2526-07-01")), world.Meter.Past!.Periods[^1].Period);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_feature_that_was_taken_away_stands_the_same_when_it_is_given_back_whoever_looked_at_its_holds(bool looked)
    {
        var given = Of(Priced(100) with { Reset = new Reset { Interval = Interval.Hour } });
        var world = new World(given);
        world.Balance(1000);
        world.Use(7);
        world.Hold(10, seconds: 7200);
        world.Do(new UnassignFeature { FeatureCode = Calls });
        if (looked)
        {
            // What holds will cost is worked out anew, and with it their feature is brought to now.
            world.Wait(TimeSpan.FromMinutes(90)).Do(new OpenBalance { Unit = "EUR", Amount = 1 });
            Assert.Equal(At("2026-01-01T01:00:00Z"), world.Meter.Period.Start);
        }

        world.WaitUntil("2026-01-10").Do(new AssignFeature { Feature = given });
        var period = new Period(At("2026-01-10"), At("2026-01-10T01:00:00Z"));
        Assert.Equal((period, 0m, 0m, 0m), (world.Meter.Period, world.Meter.Used, world.Meter.Held, world.Meter.Cost));
        Assert.Equal(7, world.EntriesOf(EntryKind.PeriodClosed).Sum(entry => entry.Before));
        Assert.Equal(7, world.ClosedPeriods.Sum(closed => closed.Used));
    }

    [Fact]
    public void Without_a_reset_nothing_starts_anew()
    {
        var world = new World(Limit(10));
        world.Use(10);
        world.WaitUntil("2999-01-01").Refuse(RefusalCode.QuotaExceeded);
        Assert.Null(world.See().ResetsAt);
    }

    [Fact]
    public void A_license_anchored_on_the_31st_resets_on_the_last_day_of_shorter_months()
    {
        var open = new OpenLicense
        {
            LicenseId = "lic_1",
            TenantId = "t",
            Anchor = At("2026-01-31"),
            Features = [Of(Limit(10, Interval.Month))],
        };
        var world = new World(At("2026-02-10"), open);
        world.Use(10);
        world.WaitUntil("2026-02-27T23:59:59Z").Refuse(RefusalCode.QuotaExceeded);
        world.WaitUntil("2026-02-28").Use(10);
        world.WaitUntil("2026-03-30T23:59:59Z").Refuse(RefusalCode.QuotaExceeded);
        Assert.Equal(At("2026-04-30"), world.WaitUntil("2026-03-31").Use(10).ResetsAt);
    }

    [Fact]
    public void A_license_in_berlin_resets_at_its_midnight()
    {
        var open = new OpenLicense
        {
            LicenseId = "lic_1",
            TenantId = "t",
            TimeZone = "Europe/Berlin",
            Features = [Of(Limit(10) with { Reset = new Reset { Interval = Interval.Day, Anchor = AnchorKind.Calendar } })],
        };
        var world = new World(At("2026-03-28T23:30:00Z"), open);
        Assert.Equal(At("2026-03-29T22:00:00Z"), world.Use(10).ResetsAt);
        world.WaitUntil("2026-03-29T21:59:59Z").Refuse(RefusalCode.QuotaExceeded);
        Assert.Equal(10, world.WaitUntil("2026-03-29T22:00:00Z").Use(10).Used);
    }

    [Fact]
    public void A_new_period_begins_without_a_signal_of_a_level()
    {
        var world = new World(Tiered(10, FromPercent(80, Level.Warning)));
        world.Use(9);
        Assert.Single(world.SignalsOf(SignalType.LevelChanged));
        Assert.Equal(Level.Normal, world.WaitUntil("2026-02-01").Use(1).Level);
        Assert.Single(world.SignalsOf(SignalType.LevelChanged));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_next_period_lifts_a_suspension_where_the_tier_says_so(bool resumes)
    {
        var world = new World(Tiered(10, FromPercent(100, Level.OverUsage, Policy.SuspendUsage) with { ResumesNextPeriod = resumes }));
        world.Refuse(RefusalCode.UsageSuspended, 11);
        world.WaitUntil("2026-02-01");
        Assert.Equal(resumes, world.Check(1).Allowed);
    }
}
