using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Grants;

[Rule(5)]
public sealed class GrantRecurrenceTests
{
    [Fact]
    public void A_recurring_grant_is_given_anew_and_what_was_left_lapses()
    {
        var world = new World(Limit(0));
        var grant = world.Grant(10, every: Interval.Month);
        world.Use(4);
        world.WaitUntil("2026-02-01");
        var seen = world.SeeGrant(grant.Id);
        Assert.Equal((20m, 4m, 6m, 10m), (seen.Granted, seen.Used, seen.Lapsed, seen.Remaining));
        world.Use(10);
        world.Refuse(RefusalCode.QuotaExceeded);
        Assert.Equal(
            (10m, grant.Id),
            (Assert.Single(world.EntriesOf(EntryKind.GrantRecurred)).Amount, world.EntriesOf(EntryKind.GrantRecurred).Single().GrantId));
    }

    [Fact]
    public void A_cap_says_how_much_of_what_was_left_is_kept()
    {
        var world = new World(Limit(0));
        world.Grant(10, keep: 5, every: Interval.Month);
        world.Use(2);
        Assert.Equal(15, world.WaitUntil("2026-02-01").See().Remaining);
        world.Use(13);
        Assert.Equal(12, world.WaitUntil("2026-03-01").See().Remaining);
        Assert.Equal(15, world.WaitUntil("2046-03-01").See().Remaining);
    }

    [Fact]
    public void Recurrences_follow_the_grants_own_days()
    {
        var world = new World(Limit(0, Interval.Month));
        world.WaitUntil("2026-01-31").Grant(10, every: Interval.Month);
        world.Use(10);
        world.WaitUntil("2026-02-27T23:59:59Z").Refuse(RefusalCode.QuotaExceeded);
        world.WaitUntil("2026-02-28").Use(10);
        world.WaitUntil("2026-03-31").Use(10);
    }

    [Fact]
    public void A_grant_recurs_no_more_after_its_end()
    {
        var world = new World(Limit(0));
        var grant = world.Grant(10, until: "2026-03-01", every: Interval.Month);
        world.WaitUntil("2027-01-01");
        var seen = world.SeeGrant(grant.Id);
        Assert.Equal((20m, 20m, GrantStatus.Expired, At("2026-03-01")), (seen.Granted, seen.Lapsed, seen.Status, seen.EndedAt));
    }

    [Fact]
    public void A_grant_that_began_in_the_past_has_recurred_since()
    {
        var world = new World(Limit(0));
        var grant = world.Grant(10, from: "2025-10-01", every: Interval.Month);
        Assert.Equal((40m, 30m, 10m), (grant.Granted, grant.Lapsed, grant.Remaining));
    }

    [Fact]
    public void A_recurring_grant_is_never_used_up_for_good()
    {
        var world = new World(Limit(0, Interval.Day));
        var grant = world.Grant(10, every: Interval.Month);
        world.Use(10);
        Assert.Equal(GrantStatus.Active, world.WaitUntil("2026-01-15").SeeGrant(grant.Id).Status);
        world.WaitUntil("2026-02-01").Use(10);
    }

    [Theory]
    [InlineData(null, 10)]
    [InlineData(3, 13)]
    public void A_standing_level_gains_nothing_by_recurrences(int? keep, int capacity)
    {
        var world = new World(Limit(0, Interval.Month), MetricType.Gauge);
        world.Grant(10, keep: keep, every: Interval.Month);
        world.Use(10);
        for (var month = 2; month < 8; month++)
        {
            world.WaitUntil($"2026-0{month}-01").Use(10);
        }

        Assert.Equal(capacity, world.See().Allowance);
        world.Refuse(RefusalCode.QuotaExceeded, capacity + 1);
    }
}
