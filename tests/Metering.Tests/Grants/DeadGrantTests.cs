using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Grants;

/// <summary>
/// A correction gives back nothing of what a grant covered before it ended or was given anew, and all of what was burnt after that.
/// </summary>
[Rule(5)]
public sealed class DeadGrantTests
{
    [Fact]
    public void What_an_expired_grant_covered_does_not_come_back()
    {
        var world = new World(Limit(100));
        var grant = world.Grant(50, until: "2026-01-10");
        world.Use(150);
        world.WaitUntil("2026-01-11");
        Assert.Equal((130m, 0m), Decrement(world, 20));
        Assert.Equal((30m, 20m), (world.SeeGrant(grant.Id).Used, world.SeeGrant(grant.Id).Lapsed));
        Assert.Equal((90m, 10m), Decrement(world, 40));
    }

    [Fact]
    public void What_a_voided_grant_covered_does_not_come_back()
    {
        var world = new World(Limit(100));
        var grant = world.Grant(50);
        world.Use(150);
        world.Do(new VoidGrant { GrantId = grant.Id });
        Assert.Equal((130m, 0m), Decrement(world, 20));
    }

    [Fact]
    public void What_burnt_last_goes_first_whether_its_grant_lives_or_not()
    {
        var world = new World(Limit(10));
        world.Grant(50, priority: 1, until: "2026-01-10");
        world.Grant(50, priority: 2);
        world.Use(110);
        world.WaitUntil("2026-01-11");
        Assert.Equal((90m, 20m), Decrement(world, 20));
        Assert.Equal((50m, 50m), Decrement(world, 40));
        Assert.Equal((5m, 55m), Decrement(world, 45));
    }

    [Fact]
    public void What_a_weekly_grant_gave_last_week_does_not_come_back_this_week()
    {
        var world = new World(Limit(0, Interval.Month));
        var grant = world.Grant(10, every: Interval.Week);
        world.Use(10);
        world.WaitUntil("2026-01-09");
        Assert.Equal((0m, 10m), Decrement(world, 10));
        Assert.Equal(
            (20m, 0m, 10m, 10m),
            (world.SeeGrant(grant.Id).Granted, world.SeeGrant(grant.Id).Used, world.SeeGrant(grant.Id).Lapsed,
            world.SeeGrant(grant.Id).Remaining));
    }

    [Fact]
    public void Of_a_weekly_grant_this_weeks_part_comes_back_first()
    {
        var world = new World(Limit(0, Interval.Month));
        world.Grant(10, every: Interval.Week);
        world.Use(10);
        world.WaitUntil("2026-01-09").Use(4);
        Assert.Equal((8m, 10m), Decrement(world, 6));
    }

    [Fact]
    public void In_the_next_period_what_was_covered_before_is_history()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Grant(50, until: "2026-01-20");
        world.Use(60);
        world.WaitUntil("2026-02-02").Use(5);
        Assert.Equal((0m, 10m), Decrement(world, 5));
    }

    [Fact]
    public void Grants_that_are_no_longer_kept_still_give_nothing_back()
    {
        const int Grants = MeterLimits.EndedGrants + 10;
        var world = new World(Limit(10));
        for (var i = 0; i < Grants; i++)
        {
            world.Grant(1, until: "2026-01-10");
        }

        world.Use(10 + Grants);
        world.WaitUntil("2026-01-11");
        Assert.Equal((10m, 0m), Decrement(world, Grants));
        Assert.Equal((9m, 1m), Decrement(world, 1));
    }

    [Fact]
    public void What_was_burnt_since_a_grant_ended_comes_back_first()
    {
        var world = new World(Limit(10));
        var grant = world.Grant(5, until: "2026-01-10");
        world.Use(13);
        world.WaitUntil("2026-01-11");
        Raise(world, 100);
        Assert.Equal(86, world.Use(4).Remaining);
        Assert.Equal((16m, 87m), Decrement(world, 1));
        Assert.Equal((13m, 90m), Decrement(world, 3));
        Assert.Equal((11m, 90m), Decrement(world, 2));
        Assert.Equal((1m, 4m), (world.SeeGrant(grant.Id).Used, world.SeeGrant(grant.Id).Lapsed));

        // Use that follows a correction was burnt after the grant's end too.
        Assert.Equal(85, world.Use(5).Remaining);
        Assert.Equal((11m, 90m), Decrement(world, 5));
        Assert.Equal((10m, 90m), Decrement(world, 1));
        Assert.Equal((0m, 100m), Decrement(world, 10));
        Assert.Empty(Verify(world));
    }

    [Fact]
    public void What_another_grant_covered_since_comes_back_too()
    {
        var world = new World(Limit(0));
        world.Grant(10, priority: 2, until: "2026-01-10");
        world.Use(6);
        var voided = world.Grant(10, priority: 3);
        world.WaitUntil("2026-01-11");
        var other = world.Grant(10, priority: 1);
        world.Use(4);
        world.Do(new VoidGrant { GrantId = voided.Id });
        Assert.Equal((6m, 10m), Decrement(world, 4));
        Assert.Equal((0m, 10m), (world.SeeGrant(other.Id).Used, Decrement(world, 6).Remaining));
    }

    [Fact]
    public void Of_grants_that_ended_one_after_the_other_the_last_has_its_turn_first()
    {
        var world = new World(Limit(10));
        var first = world.Grant(5, priority: 9, until: "2026-01-10");
        world.Use(13);
        world.WaitUntil("2026-01-11");
        Raise(world, 14);
        var second = world.Grant(5, priority: 1, until: "2026-01-20");
        world.Use(6);
        world.WaitUntil("2026-01-21");
        Raise(world, 100);
        world.Use(1);
        Assert.Equal((3m, 2m, 85m), Parts(world));
        Assert.Equal((19m, 86m), Decrement(world, 1));
        Assert.Equal((17m, 86m), Decrement(world, 2));
        Assert.Equal((3m, 0m, 86m), Parts(world));
        Assert.Equal((13m, 90m), Decrement(world, 4));
        Assert.Equal((10m, 90m), Decrement(world, 3));
        Assert.Equal((0m, 0m, 90m), Parts(world));

        static (decimal First, decimal Second, decimal Remaining) Parts(World world)
        {
            var ended = world.Meter.EndedGrants;
            return (ended[0].PeriodUsed, ended[1].PeriodUsed, world.See().Remaining!.Value);
        }
    }

    [Fact]
    public void What_was_burnt_since_a_grant_was_given_anew_comes_back_first()
    {
        var world = new World(Limit(10, Interval.Month));
        var grant = world.Grant(5, every: Interval.Week);
        world.Use(13);
        world.WaitUntil("2026-01-09");
        Raise(world, 14);
        Assert.Equal(4, world.Use(5).Remaining);
        Assert.Equal((13m, 9m), Decrement(world, 5));
        Assert.Equal((11m, 9m), Decrement(world, 2));
        Assert.Equal((1m, 5m), (world.SeeGrant(grant.Id).Used, world.SeeGrant(grant.Id).Remaining));

        // Given anew and used no more: what it had covered before that keeps its place.
        world.Use(4);
        Assert.Equal((11m, 9m), Decrement(world.WaitUntil("2026-01-16"), 4));
        Assert.Empty(Verify(world));
    }

    [Fact]
    public void What_was_burnt_since_grants_ended_that_are_no_longer_kept_comes_back_first()
    {
        const int Grants = MeterLimits.EndedGrants + 10;
        var world = new World(Limit(10));
        for (var i = 0; i < Grants; i++)
        {
            world.Grant(1, until: "2026-01-10");
        }

        world.Use(10 + Grants);
        world.WaitUntil("2026-01-11");
        Raise(world, 14);
        world.Use(4);
        Assert.Equal((10m + Grants, 4m), Decrement(world, 4));
        Assert.Equal((10m, 4m), Decrement(world, Grants));
        Assert.Equal((0m, 10m), (world.Meter.ForgottenUsed, world.Meter.LimitUsed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_an_earlier_version_stored_goes_on_as_before_and_agrees_with_the_ledger(bool ledgerToo)
    {
        var world = new World(Limit(10));
        world.Grant(5, until: "2026-01-10");
        world.Use(13);
        world.WaitUntil("2026-01-11");
        Raise(world, 100);
        world.Use(4);
        var state = Earlier(world.State, MeteringJson.Default.LicenseState);
        var entries = world.Entries.Select(entry => ledgerToo ? Earlier(entry, MeteringJson.Default.LedgerEntry) : entry).ToList();
        Assert.Equal(0, state.FindMeter(Calls)!.EndedGrants[0].CoveredAtLapse);
        Assert.Empty(Verify(world, entries, state));

        var outcome = LicenseMeter.Apply(state, new DecrementUsage { FeatureCode = Calls, Amount = 4 }, world.Now);
        Assert.Equal(87, Assert.IsType<UsageAnswer>(outcome.Answer).Remaining);
        Assert.Empty(Verify(world, [.. entries, .. outcome.Entries], outcome.State));
    }

    // As a version writes it that does not know how much was covered when a grant ended.
    private static T Earlier<T>(T value, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.Serialize(value, type);
        return JsonSerializer.Deserialize(json.Replace("\"covered_at_lapse\":13,", "", StringComparison.Ordinal), type)!;
    }

    private static void Raise(World world, decimal limit) =>
        world.Do<AssignmentAnswer>(new AssignFeature { Feature = Of(world.Meter.Terms with { Limit = limit }) });

    private static IReadOnlyList<string> Verify(World world) => Verify(world, world.Entries, world.State);

    private static IReadOnlyList<string> Verify(World world, IEnumerable<LedgerEntry> entries, LicenseState state)
    {
        var replay = new EvidenceReplay(state.LicenseId);
        foreach (var entry in entries)
        {
            replay.Add(entry);
        }

        return replay.Compare(state, world.ClosedDays, world.ClosedPeriods);
    }

    private static (decimal Used, decimal Remaining) Decrement(World world, decimal amount)
    {
        var answer = world.Do<UsageAnswer>(new DecrementUsage { FeatureCode = Calls, Amount = amount });
        return (answer.Used, answer.Remaining!.Value);
    }
}
