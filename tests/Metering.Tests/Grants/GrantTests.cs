using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Grants;

[Rule(5)]
public sealed class GrantTests
{
    [Fact]
    public void A_grant_is_extra_allowance()
    {
        var world = new World(Limit(10, Interval.Month));
        var grant = world.Grant(5);
        Assert.Equal((5m, 0m, 5m, GrantStatus.Active), (grant.Amount, grant.Used, grant.Remaining, grant.Status));
        Assert.Equal((15m, 15m, 10m), (world.See().Allowance, world.See().Remaining, world.See().Limit));
        world.Use(15);
        world.Refuse(RefusalCode.QuotaExceeded);
    }

    [Fact]
    public void Grants_burn_by_priority_then_expiry_then_creation_after_the_limit()
    {
        var world = new World(Limit(10, Interval.Month));
        var late = world.Grant(1, priority: 2);
        var forever = world.Grant(1, priority: 1);
        var second = world.Grant(1, priority: 1, until: "2026-06-01");
        var first = world.Grant(1, priority: 1, until: "2026-05-01");
        var third = world.Grant(1, priority: 1, until: "2026-06-01");
        Assert.Equal([first.Id, second.Id, third.Id, forever.Id, late.Id], world.Meter.Grants.Select(grant => grant.Id));
        world.Use(10);
        foreach (var id in world.Meter.Grants.Select(grant => grant.Id).ToList())
        {
            world.Use(1);
            Assert.Equal(1, world.SeeGrant(id).Used);
        }
    }

    [Fact]
    public void What_rolled_over_burns_before_grants()
    {
        var world = new World(Limit(10, Interval.Month) with { RolloverMax = 5 });
        var grant = world.Grant(5);
        world.WaitUntil("2026-02-01").Use(16);
        Assert.Equal((5m, 1m), (world.Meter.RolloverUsed, world.SeeGrant(grant.Id).Used));
    }

    [Fact]
    public void A_scheduled_grant_waits_for_its_time()
    {
        var world = new World(Limit(10, Interval.Month));
        var grant = world.Grant(5, from: "2026-01-10");
        Assert.Equal((GrantStatus.Scheduled, 0m), (grant.Status, grant.Remaining));
        world.Use(10);
        world.Refuse(RefusalCode.QuotaExceeded);
        world.WaitUntil("2026-01-10").Use(5);
        Assert.Equal(GrantStatus.UsedUp, world.SeeGrant(grant.Id).Status);
        Assert.Equal(grant.Id, Assert.Single(world.EntriesOf(EntryKind.GrantEffective)).GrantId);
    }

    [Fact]
    public void A_grant_that_is_effective_at_once_has_one_entry()
    {
        var world = new World(Limit(10));
        world.Grant(5, from: "2025-12-01");
        Assert.Empty(world.EntriesOf(EntryKind.GrantEffective));
        Assert.Equal(15, world.See().Allowance);
    }

    [Fact]
    public void What_an_expired_grant_had_left_is_gone_and_what_it_covered_stays_covered()
    {
        var world = new World(Limit(10, Interval.Year));
        var grant = world.Grant(10, until: "2026-01-20");
        world.Use(14);
        world.WaitUntil("2026-01-19T23:59:59Z");
        Assert.Equal(6, world.See().Remaining);
        world.WaitUntil("2026-01-20");
        Assert.Equal((0m, 0m, 14m), (world.See().Remaining, world.See().Overage, world.See().Used));
        world.Refuse(RefusalCode.QuotaExceeded);
        var seen = world.SeeGrant(grant.Id);
        Assert.Equal((4m, 6m, GrantStatus.Expired, At("2026-01-20")), (seen.Used, seen.Lapsed, seen.Status, seen.EndedAt));
        Assert.Equal(
            (6m, "expired"),
            (world.EntriesOf(EntryKind.GrantEnded).Single().Amount, world.EntriesOf(EntryKind.GrantEnded).Single().Detail));
        Assert.Equal(grant.Id, Assert.Single(world.SignalsOf(SignalType.GrantEnded)).Reference);
    }

    [Fact]
    public void A_grant_lives_on_into_the_next_period()
    {
        var world = new World(Limit(10, Interval.Month));
        var grant = world.Grant(10);
        world.Use(14);
        world.WaitUntil("2026-02-01");
        Assert.Equal(16, world.See().Allowance);
        world.Use(16);
        Assert.Equal((10m, 10m, 0m), (world.SeeGrant(grant.Id).Used, world.SeeGrant(grant.Id).Granted, world.SeeGrant(grant.Id).Lapsed));
    }

    [Fact]
    public void A_cap_cuts_what_is_left_at_each_periods_end()
    {
        var world = new World(Limit(10, Interval.Month));
        var grant = world.Grant(20, keep: 5);
        world.Use(12);
        world.WaitUntil("2026-02-01");
        Assert.Equal(15, world.See().Allowance);
        var seen = world.SeeGrant(grant.Id);
        Assert.Equal((2m, 13m, 5m), (seen.Used, seen.Lapsed, seen.Remaining));
        Assert.Equal(15, world.WaitUntil("2026-07-01").See().Allowance);
    }

    [Fact]
    public void A_grant_of_which_nothing_is_kept_is_over_with_its_period_and_was_not_used_up()
    {
        var world = new World(Limit(10, Interval.Month));
        var grant = world.Grant(20, keep: 0);
        world.Use(12);
        world.WaitUntil("2026-02-01").Use(1);
        var seen = world.SeeGrant(grant.Id);
        Assert.Equal((GrantStatus.Expired, 2m, 18m), (seen.Status, seen.Used, seen.Lapsed));
        Assert.Empty(world.Meter.Grants);
    }

    [Fact]
    public void A_grant_that_is_used_up_ends_with_its_period()
    {
        var world = new World(Limit(10, Interval.Month));
        var grant = world.Grant(5);
        world.Use(15);
        Assert.Equal(GrantStatus.UsedUp, world.SeeGrant(grant.Id).Status);
        Assert.Single(world.Meter.Grants);
        world.WaitUntil("2026-02-01").Use(1);
        Assert.Equal("used_up", Assert.Single(world.EntriesOf(EntryKind.GrantEnded)).Detail);
        Assert.Equal(GrantStatus.UsedUp, world.SeeGrant(grant.Id).Status);
    }

    [Fact]
    public void A_void_takes_back_what_is_left_and_only_that()
    {
        var world = new World(Limit(10, Interval.Month));
        var grant = world.Grant(10);
        world.Use(14);
        var voided = world.Do<GrantAnswer>(new VoidGrant { GrantId = grant.Id });
        Assert.Equal((GrantStatus.Voided, 4m, 6m, 0m), (voided.Status, voided.Used, voided.Lapsed, voided.Remaining));
        Assert.Equal((14m, 0m, 0m, Level.Normal), (world.See().Used, world.See().Overage, world.See().Remaining, world.See().Level));
        Assert.Equal(RefusalCode.GrantEnded, world.Do<Refusal>(new VoidGrant { GrantId = grant.Id }).Code);
        Assert.Equal(RefusalCode.GrantNotFound, world.Do<Refusal>(new VoidGrant { GrantId = "grt_999" }).Code);
    }

    [Fact]
    public void A_grant_that_has_expired_unseen_cannot_be_voided()
    {
        var world = new World(Limit(10));
        var grant = world.Grant(10, until: "2026-01-05");
        Assert.Equal(RefusalCode.GrantEnded, world.WaitUntil("2026-01-06").Do<Refusal>(new VoidGrant { GrantId = grant.Id }).Code);
        Assert.Equal(GrantStatus.Expired, world.SeeGrant(grant.Id).Status);
    }

    [Fact]
    public void A_scheduled_grant_can_be_voided()
    {
        var world = new World(Limit(10));
        var grant = world.Grant(10, from: "2026-02-01");
        Assert.Equal((10m, 0m), (world.Do<GrantAnswer>(new VoidGrant { GrantId = grant.Id }).Lapsed, world.Meter.Grants.Length));
        Assert.Equal(10, world.WaitUntil("2026-03-01").See().Allowance);
    }

    [Fact]
    public void A_top_up_after_overage_gives_its_full_amount()
    {
        var world = new World(Limit(10));
        world.Record(13);
        world.Grant(5);
        Assert.Equal((5m, 3m, 15m), (world.See().Remaining, world.See().Overage, world.See().Allowance));
        Assert.Equal(Level.Normal, world.See().Level);
        world.Use(5);
        world.Refuse(RefusalCode.QuotaExceeded);
    }

    [Fact]
    public void A_standing_level_only_occupies_its_grants()
    {
        var world = new World(Limit(10, Interval.Month), MetricType.Gauge);
        var grant = world.Grant(5);
        world.Use(14);
        Assert.Equal(4, world.SeeGrant(grant.Id).Used);
        world.Use(10);
        Assert.Equal((0m, 5m), (world.SeeGrant(grant.Id).Used, world.SeeGrant(grant.Id).Remaining));
        world.Use(15);
        world.WaitUntil("2026-03-01");
        Assert.Equal((0m, 0m), (world.See().Remaining, world.SeeGrant(grant.Id).Remaining));

        // It may be used again as soon as the level falls.
        Assert.Equal(GrantStatus.Active, world.SeeGrant(grant.Id).Status);
        world.Do<GrantAnswer>(new VoidGrant { GrantId = grant.Id });
        Assert.Equal((5m, Level.OverUsage), (world.See().Overage, world.See().Level));
    }

    [Theory]
    [InlineData(0, null, null, "/amount")]
    [InlineData(-1, null, null, "/amount")]
    [InlineData(1, null, "2026-01-01", "/expires_at")]
    [InlineData(1, "2026-02-01", "2026-02-01", "/expires_at")]
    [InlineData(1, "2025-02-01", "2025-12-31", "/expires_at")]
    public void A_grant_that_could_never_be_used_is_refused(int amount, string? from, string? until, string pointer)
    {
        var refusal = new World(Limit(10)).Do<Refusal>(new AddGrant
        {
            FeatureCode = Calls,
            Amount = amount,
            EffectiveAt = from is null ? null : At(from),
            ExpiresAt = until is null ? null : At(until),
        });
        Assert.Equal((RefusalCode.InvalidRequest, pointer), (refusal.Code, refusal.Pointer));
    }
}
