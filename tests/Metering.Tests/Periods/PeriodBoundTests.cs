using System.Collections.Immutable;
using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Periods;

/// <summary>Where periods and their records begin and end: mutants of it that no other test had noticed.</summary>
[Rule(3)]
public sealed class PeriodBoundTests
{
    private static readonly DateTimeOffset Start = At("2026-01-01");
    private static readonly DateTimeOffset End = At("2026-02-01");

    [Fact]
    public void Records_are_told_by_end_feature_start_and_entry_and_open_ones_last()
    {
        FeaturePeriod[] told =
        [
            Record("b", "2026-01-02", "2026-01-03"),
            Record("a", "2026-01-02", "2026-01-04"),
            Record("a", "2026-01-03", "2026-01-04"),
            Record("a", "2026-01-03", "2026-01-04") with { Sequence = 7 },
            Record("b", "2026-01-01", "2026-01-04"),
            Record("a", "2026-01-02", null),
            Record("b", "2026-01-01", null),
        ];

        Assert.Equal(told, told.Reverse().Order(Comparer<FeaturePeriod>.Create(FeaturePeriod.Compare)));
        Assert.Equal(told, told.Order(Comparer<FeaturePeriod>.Create(FeaturePeriod.Compare)));
    }

    [Fact]
    public void A_read_tells_periods_of_metered_features_in_that_order()
    {
        var world = new World(
            Of(Limit(10, Interval.Month), "b"), Of(Limit(10, Interval.Month), "a"), new FeatureTerms(Boolean("flag"), Limit(null)),
            Of(Limit(10, Interval.Day), "daily"));
        world.WaitUntil("2026-01-01T12:00:00Z").Use(1, "daily");
        world.WaitUntil("2026-01-02T12:00:00Z").Use(1, "daily");

        var told = LicenseMeter.Periods(world.State, world.Now, MeterRules.Default);
        Assert.Equal(["daily", "daily", "a", "b"], told.Select(period => period.FeatureCode));
        Assert.Equal([Start.AddDays(1), Start.AddDays(2), End, End], told.Select(period => period.Period.End!.Value));
    }

    [Fact]
    public void A_record_keeps_the_number_of_the_entry_that_closed_it_also_of_the_last_one()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Use(1);
        world.Wait(TimeSpan.FromHours(1)).Do(new ResetUsage { FeatureCode = Calls });

        var told = LicenseMeter.Periods(world.State, world.Now, MeterRules.Default);
        Assert.Equal((world.State.Sequence, true), (told[0].Sequence, told[0].Reset));

        // What only a read would close has no number yet.
        told = LicenseMeter.Periods(world.State, End.AddHours(1), MeterRules.Default);
        Assert.Equal(0, told.Single(period => period.Status == PeriodStatus.Closed).Sequence);
    }

    [Fact]
    public void A_setback_takes_back_what_had_not_ended_by_then_but_nothing_that_an_operator_ended()
    {
        var record = Record(Calls, "2026-01-01", "2026-02-01");
        Assert.Equal([true, false], new[] { End.AddTicks(-1), End }.Select(record.IsTakenBack));
        Assert.False((record with { Reset = true }).IsTakenBack(Start));
    }

    [Fact]
    [Rule(10)]
    public void Use_counts_in_a_period_from_its_first_instant_and_not_at_its_end()
    {
        var period = new Period(Start, End);
        Assert.Equal([false, true, true, false], new[] { Start.AddTicks(-1), Start, End.AddTicks(-1), End }.Select(period.Contains));
        Assert.True(new Period(Start, null).Contains(DateTimeOffset.MaxValue));

        var closed = new ClosedPeriod { Period = period };
        Assert.Equal([false, true, true, false], new[] { Start.AddTicks(-1), Start, End.AddTicks(-1), End }.Select(closed.Counts));
        closed = closed with { CountsFrom = Start.AddDays(-3) };
        Assert.Equal([false, true], new[] { Start.AddDays(-3).AddTicks(-1), Start.AddDays(-3) }.Select(closed.Counts));
    }

    public static TheoryData<MeterPast> Pasts =>
    [
        new() { Periods = [new ClosedPeriod { Period = new Period(Start, End) }] },
        new() { FormerTerms = [new FormerTerms(0, Limit(1))] },
        new() { TermsNumber = 1 },
        new() { CountsFrom = Start },
        new() { ClosedThrough = Start },
        new() { DaysClosedThrough = Start },
        new() { ResetAt = Start },
        new() { Removed = ImmutableDictionary<string, DateTimeOffset>.Empty.Add("a", Start) },
        new() { RemovedThrough = Start },
    ];

    [Theory]
    [MemberData(nameof(Pasts))]
    [Rule(10)]
    public void A_past_of_which_anything_must_be_known_is_kept(MeterPast past)
    {
        Assert.False(past.IsEmpty);
        Assert.True(MeterPast.None.IsEmpty);
    }

    [Fact]
    public void Days_that_a_clock_repeats_across_midnight_began_the_first_time()
    {
        // In St. John's clocks went back at one minute past midnight, to the day before.
        var schedule = PeriodSchedule.Calendar(Interval.Day, "America/St_Johns");
        Assert.Equal(
            new Period(At("2010-11-07T02:30:00Z"), At("2010-11-08T03:30:00Z")), schedule.At(At("2010-11-07T03:00:00Z")));
    }

    [Fact]
    public void A_schedule_without_an_interval_has_one_start() =>
        Assert.Equal(Start, new PeriodSchedule(Interval.None, Start, null).StartOf(3));

    [Fact]
    public void A_grant_that_covered_nothing_is_not_named_and_of_too_many_the_rest_is_one()
    {
        var world = new World(Limit(0, Interval.Month));
        for (var i = 0; i < MeterLimits.PeriodGrants + 4; i++)
        {
            world.Grant(2);
        }

        world.Grant(2, priority: -1, from: "2027-01-01");
        world.Grant(2, priority: 1);
        world.Use((MeterLimits.PeriodGrants + 4) * 2);
        world.WaitUntil("2026-03-05").Check(1);
        world.Do(new ResumeUsage { FeatureCode = Calls });

        var grants = Assert.Single(world.ClosedPeriods).Grants;
        Assert.Equal(MeterLimits.PeriodGrants + 1, grants.Length);
        Assert.All(grants[..^1], grant => Assert.True(grant is { GrantId: not null, Used: 2 }));
        Assert.Equal(new PeriodGrant(null, 8), grants[^1]);
    }

    [Fact]
    [Rule(5)]
    public void A_record_names_what_a_grant_covered_in_its_own_period()
    {
        var world = new World(Limit(0, Interval.Month));
        var grant = world.Grant(10);
        world.Use(4);
        world.WaitUntil("2026-02-10").Use(3);
        world.WaitUntil("2026-03-10").Use(1);
        var grants = world.ClosedPeriods.Select(record => Assert.Single(record.Grants));
        Assert.Equal([new PeriodGrant(grant.Id, 4), new PeriodGrant(grant.Id, 3)], grants);
    }

    [Fact]
    [Rule(5)]
    public void What_a_limit_left_over_does_not_outlive_it()
    {
        var world = new World(Limit(10, Interval.Month) with { RolloverMax = 5 });
        world.WaitUntil("2026-02-02").Use(1);
        Assert.Equal(5, world.Meter.Rollover);
        world.Do(new AssignFeature { Feature = Of(Limit(null, Interval.Month) with { RolloverMax = 5 }) });
        world.WaitUntil("2026-03-02").Use(1);
        Assert.Equal(0, world.Meter.Rollover);
        world.Do(new AssignFeature { Feature = Of(Limit(10, Interval.Month) with { RolloverMax = 5 }) });
        Assert.Equal(10, world.See().Allowance);
    }

    private static FeaturePeriod Record(string code, string start, string? end) =>
        new() { FeatureCode = code, Period = new Period(At(start), end is null ? null : At(end)) };
}
