using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Grants;

/// <summary>When grants recur and end, and what corrections and records say of them then: mutants that no other test had noticed.</summary>
[Rule(5)]
public sealed class GrantTimeTests
{
    [Theory]
    [InlineData("2026-02-01", null)]
    [InlineData("2026-02-02", "2026-02-01")]
    public void A_grant_whose_end_is_its_first_recurrence_does_not_recur(string until, string? recurs)
    {
        var world = new World(Limit(0));
        world.Grant(5, until: until, every: Interval.Month);
        Assert.Equal(recurs is null ? null : At(recurs), Assert.Single(world.Meter.Grants).RecursAt);
    }

    [Fact]
    public void A_grant_recurs_one_interval_after_the_last_time_and_not_at_its_end()
    {
        var world = new World(Limit(0));
        world.Grant(5, until: "2026-05-01", every: Interval.Month);
        (string Look, decimal Given, string? Next)[] looks =
            [("2026-02-05", 10, "2026-03-01"), ("2026-03-05", 15, "2026-04-01"), ("2026-04-05", 20, null)];
        foreach (var (look, given, next) in looks)
        {
            world.WaitUntil(look).Use(1);
            var grant = Assert.Single(world.Meter.Grants);
            Assert.Equal(given, grant.Granted);
            Assert.Equal(next is null ? null : At(next), grant.RecursAt);
        }
    }

    [Theory]
    [InlineData(true, "2026-05-20", 4, 6)]
    [InlineData(false, "2026-05-20", 4, 6)]
    [InlineData(true, "2026-03-20", 10, 0)]
    [InlineData(false, "2026-03-20", 10, 0)]
    public void What_periods_on_the_way_let_lapse_of_a_grant_is_the_same_whether_anybody_looked(
        bool looked, string until, int left, int lapsed)
    {
        var world = new World(Limit(0, Interval.Month, Policy.AllowWithOverage));
        var grant = world.Grant(10, from: "2026-03-10", until: until, keep: 4);
        foreach (var at in looked ? new[] { "2026-03-15", "2026-04-15", "2026-05-15" } : [])
        {
            world.WaitUntil(at).Do(new ResumeUsage { FeatureCode = Calls });
        }

        world.WaitUntil("2036-01-05").Use(1);
        world.WaitUntil("2026-03-12").Do<Done>(new RepairClock { Now = world.Now });

        Assert.Equal((left, lapsed), (world.SeeGrant(grant.Id).Remaining, world.SeeGrant(grant.Id).Lapsed));
    }

    [Fact]
    public void At_its_end_a_grant_is_given_no_more()
    {
        var world = new World(Limit(0));
        var grant = world.Grant(10, until: "2026-01-15", every: Interval.Week);
        world.WaitUntil("2026-01-15");
        Assert.Equal((20m, 20m), (world.SeeGrant(grant.Id).Granted, world.SeeGrant(grant.Id).Lapsed));
    }

    [Fact]
    public void Corrections_one_after_the_other_give_back_no_more_than_what_was_used_since_the_grant_recurred()
    {
        var world = new World(Limit(0, Interval.Month));
        var grant = world.Grant(10, every: Interval.Week);
        world.Use(10);
        world.WaitUntil("2026-01-09").Use(4);
        foreach (var amount in new[] { 6, 8 })
        {
            world.Do(new DecrementUsage { FeatureCode = Calls, Amount = amount });
            Assert.Equal(10, world.SeeGrant(grant.Id).Remaining);
        }

        Assert.Equal((0m, 10m), (world.SeeGrant(grant.Id).Used, world.SeeGrant(grant.Id).Lapsed));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(1, 5)]
    [InlineData(3, 1, 2)]
    [Rule(2)]
    public void Corrections_in_a_jump_that_ended_the_grant_give_back_what_they_would_have_without_the_jump(params int[] amounts)
    {
        var world = new World(Limit(0));
        var grant = world.Grant(10, until: "2026-01-14", every: Interval.Week);
        world.Use(10);
        world.WaitUntil("2026-01-09").Use(4);
        world.WaitUntil("2026-03-01");
        foreach (var amount in amounts)
        {
            world.Do(new DecrementUsage { FeatureCode = Calls, Amount = amount });
        }

        Assert.Equal((8m, 12m), (world.SeeGrant(grant.Id).Used, world.SeeGrant(grant.Id).Lapsed));
        world.WaitUntil("2026-01-10").Do<Done>(new RepairClock { Now = world.Now });
        Assert.Equal((8m, 10m, 2m), (world.SeeGrant(grant.Id).Used, world.SeeGrant(grant.Id).Remaining, world.SeeGrant(grant.Id).Lapsed));
    }

    [Fact]
    public void Grants_are_listed_in_the_order_of_their_making()
    {
        var world = new World(Of(Limit(0), "b"), Of(Limit(0), "a"));
        string[] made = [world.Grant(1, code: "b").Id, world.Grant(1, code: "a").Id, world.Grant(1, priority: -1, code: "b").Id];
        Assert.Equal(made, LicenseMeter.Grants(world.State, world.Now, MeterRules.Default).Select(grant => grant.Id));
    }

    [Fact]
    [Rule(3)]
    public void What_a_grant_covered_before_it_ended_is_no_use_of_the_next_period()
    {
        var world = new World(Limit(5, Interval.Month));
        var used = world.Grant(5, priority: 1, until: "2026-01-20");
        world.Grant(5, priority: 2, until: "2026-01-20");
        world.Use(8);
        world.WaitUntil("2026-02-05").Use(1);
        world.WaitUntil("2026-03-05").Use(1);
        Assert.Equal([[new PeriodGrant(used.Id, 3)], []], world.ClosedPeriods.Select(record => record.Grants.ToArray()));
    }
}
