using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Usage;

/// <summary>Rule 10: when use is late, where it counts and what it costs there.</summary>
[Rule(10)]
public sealed class LateUseTests
{
    [Fact]
    public void Use_of_now_and_use_that_is_said_to_happen_later_is_not_late()
    {
        var world = new World(Limit(10, Interval.Month));
        world.WaitUntil("2026-01-10").Record(1);
        Assert.Equal((false, new DateOnly(2026, 1, 10)), (world.Entries[^1].Late, world.Entries[^1].Day));
        world.Record(1, at: At("2026-01-12"));
        Assert.Equal((false, new DateOnly(2026, 1, 10)), (world.Entries[^1].Late, world.Entries[^1].Day));
    }

    [Fact]
    public void Use_from_before_the_license_counts_now_and_is_late()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Wait(TimeSpan.FromHours(2)).Record(1, at: World.Begin.AddHours(-1));
        Assert.Equal((true, new DateOnly(2026, 1, 1), 1m), (world.Entries[^1].Late, world.Entries[^1].Day, world.Meter.Used));
    }

    [Theory]
    [InlineData(MetricType.Counter, Interval.None)]
    [InlineData(MetricType.Counter, Interval.Month)]
    [InlineData(MetricType.Gauge, Interval.None)]
    [InlineData(MetricType.UpDown, Interval.Month)]
    public void Use_from_before_the_day_on_which_the_feature_was_given_counts_now_and_is_late(MetricType metric, Interval reset)
    {
        // The period begins with the license, months before the feature was given.
        var world = new World();
        world.WaitUntil("2026-03-09T10:00:00Z").Do(new AssignFeature { Feature = Of(Limit(10, reset), metric: metric) });
        world.Wait(TimeSpan.FromMinutes(1)).Record(1, at: At("2026-03-08T23:59:59Z"));
        Assert.Equal((true, new DateOnly(2026, 3, 9), 1m), (world.Entries[^1].Late, world.Entries[^1].Day, world.Meter.Used));
        world.Record(2, at: At("2026-03-09"));
        Assert.Equal((false, new DateOnly(2026, 3, 9)), (world.Entries[^1].Late, world.Entries[^1].Day));
    }

    [Fact]
    public void A_clock_that_gave_the_feature_in_the_future_makes_no_use_late()
    {
        var world = new World();
        world.WaitUntil("2027-03-09T10:00:00Z").Do(new AssignFeature { Feature = Of(Limit(10, Interval.Day)) });
        world.Do<Done>(new RepairClock { Now = At("2026-01-10T00:00:10Z") });
        world.WaitUntil("2026-01-10T00:01:00Z").Record(1, at: At("2026-01-10T00:00:30Z"));
        Assert.Equal((false, new DateOnly(2026, 1, 10)), (world.Entries[^1].Late, world.Entries[^1].Day));
        world.WaitUntil("2026-01-11T00:00:10Z").Record(2, at: At("2026-01-10T23:59:50Z"));
        Assert.Equal((false, new DateOnly(2026, 1, 10)), (world.Entries[^1].Late, world.Entries[^1].Day));
    }

    [Fact]
    public void Use_from_before_prices_changed_their_unit_counts_now_where_the_period_has_no_end()
    {
        var dollars = Priced(null, From(0) with { UnitPrice = 1 }) with { Reset = Reset.Never };
        var world = new World(dollars);
        world.WaitUntil("2026-01-10T12:00:00Z").Do(new AssignFeature { Feature = Of(dollars with { PriceUnit = "EUR" }) });
        world.WaitUntil("2026-01-10T13:00:00Z").Record(1, at: At("2026-01-10T11:00:00Z"));
        Assert.Equal((true, world.Now), (world.Entries[^1].Late, world.Entries[^1].At));
        world.Record(1, at: At("2026-01-10T12:30:00Z"));
        Assert.False(world.Entries[^1].Late);
    }

    [Fact]
    public void Use_of_a_periods_first_instant_counts_in_it()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Use(1);
        world.WaitUntil("2026-02-01T06:00:00Z").Use(1);
        world.Record(1, at: At("2026-02-01"));
        Assert.Equal((false, 2m), (world.Entries[^1].Late, world.Meter.Used));
        world.Record(1, at: At("2026-01-31T23:59:59.999Z"));
        Assert.Equal((false, 2m, 2m), (world.Entries[^1].Late, world.Entries[^1].After, world.Meter.Used));
    }

    [Fact]
    public void A_day_that_has_closed_takes_nothing_more_and_the_one_after_it_does()
    {
        var world = new World(Limit(10));
        world.WaitUntil("2026-01-02T12:00:00Z").Use(1);
        world.WaitUntil("2026-01-05T12:00:00Z").Use(1);
        var rules = new MeterRules { LateWindow = TimeSpan.FromDays(10) };
        foreach (var (occurred, late) in new[] { ("2026-01-02T23:59:59Z", true), ("2026-01-03", false) })
        {
            var use = new RecordUse { FeatureCode = Calls, Given = 1, OccurredAt = At(occurred) };
            Assert.Equal(late, LicenseMeter.Apply(world.State, use, world.Now, rules).Entries.Single().Late);
        }
    }

    [Fact]
    [Rule(7)]
    public void Late_use_that_is_covered_has_the_price_of_its_place_within_the_allowance()
    {
        // The limit grows after 3 were beyond it: what the larger one covers lies below them, where the first tier's price is.
        var world = new World(Terms(10));
        world.Balance(1_000);
        world.Use(13);
        world.Do(new AssignFeature { Feature = Of(Terms(20)) });
        world.WaitUntil("2026-02-01T06:00:00Z").Use(1);
        Assert.Equal(2, world.Record(2, at: At("2026-01-31T20:00:00Z")).Cost);

        static Terms Terms(decimal limit) => Priced(limit, From(0) with { UnitPrice = 1 }, From(15) with { UnitPrice = 5 })
            with { OverLimit = Policy.AllowWithOverage };
    }

    [Fact]
    [Rule(1)]
    public void Late_use_beyond_what_its_period_can_count_is_refused()
    {
        var world = new World(Limit(null, Interval.Month));
        world.Record(Amount.MaxTotal);
        world.WaitUntil("2026-02-01T06:00:00Z");
        Refused(world, 1);
    }

    [Fact]
    [Rule(1)]
    public void Late_use_that_would_cost_more_than_its_period_can_count_is_refused_whatever_prices_are_now()
    {
        var world = new World(Priced(null, From(0) with { UnitPrice = 10 }));
        world.Record(Amount.MaxTotal / 10);
        world.WaitUntil("2026-02-01T06:00:00Z").Do(new AssignFeature { Feature = Of(Limit(null, Interval.Month)) });
        Refused(world, 1);
        world.Do(new AssignFeature { Feature = Of(Priced(null, From(0) with { UnitPrice = 1 })) });
        Refused(world, 1);
    }

    [Fact]
    public void A_feature_that_was_had_twice_gets_the_late_use_of_both_times_and_not_of_the_gap()
    {
        var world = new World(Limit(10, Interval.Month));
        world.WaitUntil("2026-01-10T10:00:00Z").Do(new UnassignFeature { FeatureCode = Calls });
        world.WaitUntil("2026-01-10T12:00:00Z").Do(new AssignFeature { Feature = Of(Limit(10, Interval.Month)) });
        world.WaitUntil("2026-01-10T14:00:00Z").Do(new UnassignFeature { FeatureCode = Calls });
        world.WaitUntil("2026-01-10T18:00:00Z");

        Assert.Equal(1, world.Record(1, at: At("2026-01-10T09:00:00Z")).Used);
        Assert.Equal(2, world.Record(1, at: At("2026-01-10T12:00:00Z")).Used);
        Refused(world, 1, "2026-01-10T11:00:00Z", RefusalCode.FeatureNotAssigned);

        // The window ends with its last instant.
        world.WaitUntil("2026-01-11T13:00:00Z");
        Assert.Equal(3, world.Record(1, at: At("2026-01-10T13:00:00Z")).Used);
        Refused(world, 1, "2026-01-10T12:59:59.999Z", RefusalCode.FeatureNotAssigned);
    }

    [Fact]
    public void A_reading_of_the_instant_of_a_removal_brings_its_key_back_and_no_other()
    {
        var world = new World(new FeatureTerms(Machines.Feature, Limit(100)));
        world.WaitUntil("2026-01-01T10:00:00Z");
        foreach (var machine in new[] { "a", "b" })
        {
            world.Do(new SetMachine { Fingerprint = machine, Cores = 4 });
            world.Do(new RemoveMachine { Fingerprint = machine });
        }

        Assert.Equal(3, world.Wait(TimeSpan.FromMinutes(1)).Record(3, Machines.FeatureCode, At("2026-01-01T10:00:00Z"), key: "a").Used);
        var days = world.State.FindMeter(Machines.FeatureCode)!.Days;
        Assert.Equal(3, world.Record(5, Machines.FeatureCode, At("2026-01-01T09:59:59Z"), key: "b").Used);
        Assert.Equal(days[^1].Count, world.State.FindMeter(Machines.FeatureCode)!.Days[^1].Count);
    }

    [Fact]
    [Rule(8)]
    public void An_event_that_is_made_of_its_command_makes_the_same_command()
    {
        var command = new RecordUse { FeatureCode = Calls, Given = 3, Key = "k", EventId = "e1", UserId = "u", OccurredAt = World.Begin };
        var named = UsageEvent.Of(command, null, "lic_1");
        Assert.Equal((null, "lic_1", "e1"), (named.TenantId, named.LicenseId, named.EventId));
        Assert.Equal(command, named.ToCommand());
        var found = UsageEvent.Of(command, "tenant_1", "lic_1");
        Assert.Equal(("tenant_1", null), (found.TenantId, found.LicenseId));
    }

    private static void Refused(
        World world, decimal amount, string at = "2026-01-31T20:00:00Z", string code = RefusalCode.InvalidRequest) =>
        Assert.Equal(code, world.Do<Refusal>(new RecordUse { FeatureCode = Calls, Given = amount, OccurredAt = At(at) }).Code);
}
