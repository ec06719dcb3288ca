using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Licenses;

/// <summary>What happens on a license that is full: what is asked is refused, and what has happened is counted all the same.</summary>
public sealed class FullLicenseTests
{
    private const string Foreign = "\u4e00\u5b57\u6f22\u8a9e";

    [Fact]
    [Rule(10)]
    public void A_gauges_recorded_reading_of_a_key_too_many_counts_as_the_latest_of_the_others()
    {
        var world = new World(Limit(null), MetricType.Gauge);
        Fill(world);

        var full = world.Meter.Used;
        world.Refuse(RefusalCode.LimitReached, key: "a new one");
        Assert.Equal(full + 7, world.Record(7, key: "a new one").Used);
        Assert.Equal(full + 3, world.Record(3, key: "another").Used);
        Assert.Equal((3m, "(other)"), (world.Meter.Readings!["(other)"].Value, world.Entries[^1].Key));
        Assert.Equal(full + 4, world.Record(2, key: Key(0)).Used);
        Verify(world);
    }

    [Fact]
    [Rule(10)]
    public void Of_a_totals_sources_too_many_counts_what_the_largest_adds()
    {
        var world = new World(Limit(null), MetricType.Total);
        Fill(world);

        var full = world.Meter.Used;
        Assert.Equal(full + 100, world.Record(100, key: "a new one").Used);
        Assert.Equal(full + 100, world.Record(40, key: "another").Used);
        Assert.Equal(full + 110, world.Record(110, key: "a new one").Used);
        Assert.Equal(full + 110, world.Record(50, key: "another").Used);
        Verify(world);
    }

    [Fact]
    public void A_user_too_many_is_counted_with_the_others_and_the_evidence_names_it()
    {
        var world = new World(Of(Limit(null), metric: MetricType.Gauge), Of(Limit(null), "jobs"));
        Fill(world);

        world.Use(2, "jobs", user: "ann " + Foreign);
        world.Use(3, "jobs", user: "bob " + Foreign);
        var users = Assert.Single(world.State.FindMeter("jobs")!.Days).ByUser!;
        Assert.Equal(new UserUse(5, 2), Assert.Single(users, user => user.Key == DayRollup.OtherUsers).Value);
        Assert.Equal(("bob " + Foreign, true), (world.Entries[^1].UserId, world.Entries[^1].AmongOthers));
        Verify(world);
    }

    [Fact]
    public void Holds_grants_and_features_too_many_are_refused_and_what_goes_makes_room()
    {
        var world = new World(Of(Limit(null), metric: MetricType.Gauge), Of(Limit(null), "jobs"));
        Fill(world);

        var hold = new OpenHold { FeatureCode = "jobs", Amount = 1, TtlSeconds = 60, Kind = HoldKind.Lease, Fingerprint = Key(-1) };
        Assert.Equal(RefusalCode.LimitReached, world.Do<Refusal>(hold).Code);
        Assert.Equal(RefusalCode.LimitReached, world.Do<Refusal>(new AddGrant { FeatureCode = "jobs", Amount = 1 }).Code);
        Assert.Equal(RefusalCode.LimitReached, world.Do<Refusal>(new AssignFeature { Feature = Of(Limit(1), "more") }).Code);
        Assert.Equal(RefusalCode.LimitReached, world.Do<Refusal>(new SetPlans { Plans = [Plan("p", "g", Of(Limit(1), "more"))] }).Code);
        world.Do<AssignmentAnswer>(new AssignFeature { Feature = Of(Limit(2), "jobs") });
        world.Do(new ResetUsage { FeatureCode = Calls });
        world.Do<HoldAnswer>(hold);
        world.Grant(1, code: "jobs");
        Verify(world);
    }

    [Fact]
    public void Grants_of_all_features_together_have_a_limit()
    {
        const int Features = (MeterLimits.LicenseGrants / MeterLimits.Grants) + 1;
        var world = new World([.. Enumerable.Range(0, Features).Select(i => Of(Limit(0), $"f{i}"))]);
        for (var i = 0; i < MeterLimits.LicenseGrants; i++)
        {
            world.Grant(1, code: $"f{i % Features}");
        }

        Assert.Equal(RefusalCode.LimitReached, world.Do<Refusal>(new AddGrant { FeatureCode = "f0", Amount = 1 }).Code);
    }

    [Fact]
    public void Grants_that_are_used_up_make_room_for_those_of_other_features()
    {
        const int Features = (MeterLimits.LicenseGrants / MeterLimits.Grants) + 1;
        var world = new World([.. Enumerable.Range(0, Features).Select(i => Of(Limit(0), $"f{i}"))]);
        for (var i = 0; i < MeterLimits.LicenseGrants; i++)
        {
            world.Grant(1, code: $"f{i % Features}");
        }

        world.Use(code: "f3");

        world.Grant(5, code: "f0");
        Assert.Equal(RefusalCode.LimitReached, world.Do<Refusal>(new AddGrant { FeatureCode = "f0", Amount = 1 }).Code);
        Verify(world);
    }

    [Fact]
    public void Tiers_of_all_features_together_have_a_limit()
    {
        var tiers = Enumerable.Range(1, MeterLimits.Tiers).Select(i => From(i)).ToArray();
        const int Features = MeterLimits.LicenseTiers / MeterLimits.Tiers;
        var world = new World([.. Enumerable.Range(0, Features).Select(i => Of(Tiered(null, tiers), $"f{i}"))]);

        Assert.Equal(RefusalCode.LimitReached, world.Do<Refusal>(new AssignFeature { Feature = Of(Tiered(null, From(1)), "more") }).Code);
        world.Do<AssignmentAnswer>(new AssignFeature { Feature = Of(Tiered(null, tiers[..1]), "f0") });
        world.Do<AssignmentAnswer>(new AssignFeature { Feature = Of(Tiered(null, From(1)), "more") });
    }

    [Fact]
    [Rule(10)]
    public void However_long_nobody_looked_a_command_closes_days_of_few_dates()
    {
        var codes = Enumerable.Range(0, 150).Select(i => $"f{i}").ToList();
        var rules = new MeterRules { LateWindow = TimeSpan.FromDays(35) };
        var world = new World([.. codes.Select(code => Of(Limit(null), code))]) { Rules = rules };
        foreach (var code in codes)
        {
            world.Wait(TimeSpan.FromDays(1)).Use(code: code);
            Assert.InRange(world.Last.ClosedDays.Select(day => day.Rollup.Day).Distinct().Count(), 0, 40);
        }

        world.Wait(TimeSpan.FromDays(1000)).Use(code: codes[0]);
        Assert.InRange(world.Last.ClosedDays.Select(day => day.Rollup.Day).Distinct().Count(), 30, 40);
        Assert.Equal(codes.Count, world.ClosedDays.Count);
        Verify(world);
    }

    [Fact]
    [Rule(10)]
    public void Days_too_many_close_from_the_oldest_on_and_their_late_use_counts_now()
    {
        var codes = Enumerable.Range(0, MeterLimits.Meters).Select(i => $"f{i}").ToList();
        var rules = new MeterRules { LateWindow = TimeSpan.FromDays(35) };
        var world = new World([.. codes.Select(code => Of(Limit(null), code))]) { Rules = rules };
        for (var day = 0; day < 5; day++)
        {
            world.Wait(TimeSpan.FromDays(1));
            codes.ForEach(code => world.Use(code: code));
        }

        Assert.Equal(MeterLimits.LicenseDays, world.State.Meters.Sum(meter => meter.Days.Length));
        Assert.Equal((codes.Count * 5) - MeterLimits.LicenseDays, world.ClosedDays.Count);
        Assert.Equal(World.Begin.AddDays(1).Date, world.ClosedDays[0].Rollup.Day.ToDateTime(TimeOnly.MinValue));
        world.Record(5, codes[0], at: World.Begin.AddDays(1).AddHours(1));
        Assert.True(world.Entries[^1].Late);
        Verify(world);
    }

    [Fact]
    [Rule(9)]
    public void Days_on_which_overage_moved_without_use_count_among_them_and_close_once()
    {
        var codes = Enumerable.Range(0, MeterLimits.Meters).Select(i => $"f{i}").ToList();
        var world = new World(World.Begin, new OpenLicense { LicenseId = "lic_1", TenantId = "tenant_1", Plans = [PlanOf(32)] })
        {
            Rules = new MeterRules { LateWindow = TimeSpan.FromDays(35) },
        };
        codes.ForEach(code => world.Use(20, code));
        for (var day = 0; day < 5; day++)
        {
            world.Wait(TimeSpan.FromDays(1)).Do<LicenseAnswer>(new SetPlans { Plans = [PlanOf(day % 2 == 0 ? 16 : 32)] });
        }

        // From the last on, so that the last ones have the oldest days: the reset of the first ones closes them.
        Assert.Equal(MeterLimits.LicenseDays, world.State.Meters.Sum(meter => meter.Days.Length));
        world.Wait(TimeSpan.FromDays(1));
        world.State.Meters.Reverse().ToList().ForEach(meter => world.Use(21, meter.Feature.Code));
        world.Wait(TimeSpan.FromDays(1)).Do<LicenseUsage>(new ResetUsage());
        Assert.Equal(MeterLimits.LicenseDays, world.State.Meters.Sum(meter => meter.Days.Length));
        Assert.Equal(world.ClosedDays.Count, world.ClosedDays.Select(day => (day.FeatureCode, day.Rollup.Day)).Distinct().Count());
        Assert.Equal(8 * codes.Count, world.ClosedDays.Count + MeterLimits.LicenseDays);
        Verify(world);
        return;

        PlanTerms PlanOf(decimal limit) => Plan(
            "plan", "base", [.. codes.Select(code => Of(Limit(limit, over: Policy.AllowWithOverage), code, MetricType.Gauge))]);
    }

    private static void Fill(World world)
    {
        for (var i = 0; world.Do(new Consume { FeatureCode = Calls, Given = 1, Key = Key(i) }) is UsageAnswer; i++)
        {
            world.Wait(TimeSpan.FromMilliseconds(1));
        }

        // What the long keys leave over.
        for (var i = 0; world.Do(new Consume { FeatureCode = Calls, Given = 1, Key = $"{i}" }) is UsageAnswer; i++)
        {
            world.Wait(TimeSpan.FromMilliseconds(1));
        }
    }

    private static string Key(int number) => string.Concat(Enumerable.Repeat(Foreign, 60)) + number;

    private static void Verify(World world)
    {
        var replay = new EvidenceReplay(world.State.LicenseId);
        world.Entries.ForEach(replay.Add);
        Assert.Empty(replay.Compare(world.State, world.ClosedDays, world.ClosedPeriods));
    }
}
