using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Periods;

/// <summary>What a clock that jumped ahead did to a license's grants, holds and readings is undone.</summary>
[Rule(2)]
public sealed class ClockRepairOfPartsTests
{
    private const string Jump = "2036-01-05";

    [Theory]
    [Rule(5)]
    [InlineData("2026-01-10", 3, GrantStatus.Active)]
    [InlineData("2026-03-01", 0, GrantStatus.Expired)]
    public void A_grant_that_only_the_jump_ended_may_be_used_again(string now, int left, GrantStatus status)
    {
        var world = new World(Limit(0, over: Policy.AllowWithOverage));
        var grant = world.Grant(5, until: "2026-03-01");
        world.Use(2);
        world.WaitUntil(Jump).Use(1);
        Assert.Equal((0m, 3m), (world.SeeGrant(grant.Id).Remaining, world.SeeGrant(grant.Id).Lapsed));
        Repair(world, now);

        Assert.All(world.Meter.Grants, known => Assert.Null(known.RecursAt));
        var answer = world.SeeGrant(grant.Id);
        Assert.Equal((left, 3 - left, status), (answer.Remaining, answer.Lapsed, answer.Status));
    }

    [Fact]
    [Rule(5)]
    public void A_grant_that_an_operator_took_back_in_the_jump_stays_so_and_one_that_was_used_up_too()
    {
        var world = new World(Limit(0, Interval.Month));
        var used = world.Grant(5, until: "2037-01-01");
        var voided = world.Grant(5, priority: 1, until: "2037-01-01");
        world.WaitUntil(Jump).Use(5);
        world.Do(new VoidGrant { GrantId = voided.Id });
        world.WaitUntil("2036-02-02").Refuse(RefusalCode.QuotaExceeded);
        Repair(world, "2026-01-10");

        Assert.Equal((GrantStatus.UsedUp, GrantStatus.Voided), (world.SeeGrant(used.Id).Status, world.SeeGrant(voided.Id).Status));
        Assert.Equal(0, world.See().Remaining);
    }

    [Fact]
    [Rule(5)]
    public void What_had_lapsed_before_the_jump_stays_lapsed()
    {
        var world = new World(Limit(0, Interval.Month, Policy.AllowWithOverage));
        var cut = world.Grant(10, until: "2026-06-01", keep: 4);
        var gone = world.Grant(10, until: "2026-06-01", keep: 0);
        world.WaitUntil("2026-02-02").Use(1);
        Assert.Equal((3m, 6m), (world.SeeGrant(cut.Id).Remaining, world.SeeGrant(cut.Id).Lapsed));
        Assert.Equal((GrantStatus.Expired, 10m), (world.SeeGrant(gone.Id).Status, world.SeeGrant(gone.Id).Lapsed));
        world.WaitUntil(Jump).Use(1);
        Repair(world, "2026-02-10");

        Assert.Equal((3m, 6m), (world.SeeGrant(cut.Id).Remaining, world.SeeGrant(cut.Id).Lapsed));
        Assert.Equal((GrantStatus.Expired, 10m), (world.SeeGrant(gone.Id).Status, world.SeeGrant(gone.Id).Lapsed));
    }

    [Fact]
    [Rule(5)]
    public void A_grant_that_a_period_of_the_jump_kept_nothing_of_is_there_again_and_burns_in_its_order()
    {
        var world = new World(Limit(0, Interval.Month, Policy.AllowWithOverage));
        var later = world.Grant(10, priority: 5);
        var first = world.Grant(10, priority: 1, keep: 0);
        world.WaitUntil(Jump).Use(1);
        Assert.Equal(GrantStatus.Expired, world.SeeGrant(first.Id).Status);
        Repair(world, "2026-01-10");
        world.Use(4);

        Assert.Equal((6m, 9m), (world.SeeGrant(first.Id).Remaining, world.SeeGrant(later.Id).Remaining));
    }

    [Fact]
    [Rule(5)]
    public void A_correction_in_the_jump_gives_a_grant_back_what_it_had_covered()
    {
        var world = new World(Limit(0));
        var grant = world.Grant(10, until: "2026-03-01");
        world.Use(8);
        world.WaitUntil(Jump).Do(new DecrementUsage { FeatureCode = Calls, Amount = 3 });
        Assert.Equal((5m, 0m, 5m), (world.SeeGrant(grant.Id).Used, world.SeeGrant(grant.Id).Remaining, world.SeeGrant(grant.Id).Lapsed));
        Repair(world, "2026-01-10");

        Assert.Equal((5m, 5m, 0m), (world.SeeGrant(grant.Id).Used, world.SeeGrant(grant.Id).Remaining, world.SeeGrant(grant.Id).Lapsed));
    }

    [Theory]
    [Rule(5)]
    [InlineData(null)]
    [InlineData("2027-01-01")]
    public void A_grant_that_recurred_in_the_jump_has_no_more_than_its_amount_and_recurs_again_from_now(string? until)
    {
        var world = new World(Limit(0, Interval.Year, Policy.AllowWithOverage));
        var grant = world.Grant(5, until: until, every: Interval.Month);
        world.WaitUntil("2026-03-05").Use(1);
        world.WaitUntil(Jump).Record(0.5m);
        Repair(world, "2026-03-11");
        var given = world.SeeGrant(grant.Id).Granted;
        Assert.InRange(world.SeeGrant(grant.Id).Remaining, 4, 5);
        world.Use(2);

        world.WaitUntil("2026-03-31T23:59:59Z");
        Assert.Equal((given, true), (world.SeeGrant(grant.Id).Granted, world.SeeGrant(grant.Id).Remaining <= 3));
        world.WaitUntil("2026-04-01");
        Assert.Equal((given + 5, 5m), (world.SeeGrant(grant.Id).Granted, world.SeeGrant(grant.Id).Remaining));
    }

    [Fact]
    [Rule(5)]
    public void A_grant_that_the_jump_did_not_reach_still_gets_what_it_was_owed()
    {
        var world = new World(Of(Limit(0)), Of(Limit(null), "other"));
        var grant = world.Grant(5, every: Interval.Month, keep: 100);
        world.WaitUntil(Jump).Use(1, "other");
        Repair(world, "2026-03-11");

        Assert.Equal(15, world.SeeGrant(grant.Id).Granted);
    }

    [Theory]
    [Rule(5)]
    [InlineData("2026-01-10", "2026-02-01")]
    [InlineData("2026-03-10", null)]
    public void A_grant_does_not_recur_at_its_own_end(string now, string? recurs)
    {
        var world = new World(Limit(0, over: Policy.AllowWithOverage));
        world.Grant(5, until: "2026-04-01", every: Interval.Month);
        world.WaitUntil("2026-03-15").Use(1);
        Repair(world, now);

        Assert.Equal(recurs is null ? null : At(recurs), Assert.Single(world.Meter.Grants).RecursAt);
    }

    [Fact]
    [Rule(5)]
    public void A_grant_that_the_jump_began_waits_for_its_time_again_unless_it_was_used()
    {
        var world = new World(Limit(0));
        var used = world.Grant(5, priority: 1, from: "2026-02-01");
        var unused = world.Grant(5, priority: 2, from: "2026-02-01");
        var recurring = world.Grant(5, priority: 3, from: "2026-02-01", every: Interval.Month);
        world.WaitUntil(Jump).Use(2);
        Repair(world, "2026-01-10");

        Assert.Equal(GrantStatus.Active, world.SeeGrant(used.Id).Status);
        Assert.Equal(GrantStatus.Scheduled, world.SeeGrant(unused.Id).Status);
        Assert.Equal(GrantStatus.Scheduled, world.SeeGrant(recurring.Id).Status);
        Assert.Equal(3, world.See().Remaining);
        world.WaitUntil("2026-02-01");
        Assert.Equal(GrantStatus.Active, world.SeeGrant(unused.Id).Status);
        Assert.Equal(13, world.See().Remaining);
    }

    [Theory]
    [Rule(5)]
    [InlineData("2026-02-01", true)]
    [InlineData("2026-01-31T23:59:59Z", false)]
    public void A_grant_that_expired_in_the_jump_begins_when_it_would_have(string now, bool active)
    {
        var world = new World(Limit(0, over: Policy.AllowWithOverage));
        world.Grant(5, from: "2026-02-01", until: "2026-03-01");
        world.WaitUntil(Jump).Use(1);
        Repair(world, now);

        Assert.Equal(active, Assert.Single(world.Meter.Grants).Active);
    }

    [Fact]
    public void A_hold_that_was_opened_in_the_jump_stands_for_as_long_as_it_was_meant_to()
    {
        var world = new World(Limit(10));
        var before = world.WaitUntil("2026-01-10").Hold(1, seconds: 864_000);
        world.WaitUntil("2026-01-15T00:00:00Z");
        var inside = world.Hold(2, seconds: 600);
        var over = world.Hold(3, seconds: 60);
        world.Wait(TimeSpan.FromSeconds(120)).See();
        world.Do(new ResumeUsage { FeatureCode = Calls });
        Repair(world, "2026-01-11");

        Assert.Equal((At("2026-01-10"), At("2026-01-20")), Times(world, before));
        Assert.Equal((world.Now, world.Now.AddSeconds(480)), Times(world, inside));
        Assert.Null(world.State.Holds.Find(over.Id));
        Assert.Equal(3, world.Meter.Held);
        Assert.Equal(7, world.See().Remaining);
    }

    [Fact]
    public void A_hold_of_the_jump_that_is_over_comes_back_with_no_time_left_and_an_earlier_one_with_its_own()
    {
        // A command writes the ends of 50 holds at most: that of the last one here is written by none.
        var world = new World(Limit(100));
        var before = world.WaitUntil("2026-01-10").Hold(4, seconds: 864_000);
        world.WaitUntil("2026-01-15");
        for (var i = 0; i < MeterLimits.MaxHoldsEndedPerCommand; i++)
        {
            world.Hold(1, seconds: 60);
        }

        var last = world.Hold(1, seconds: 61);
        world.Wait(TimeSpan.FromMinutes(5)).Do(new ResumeUsage { FeatureCode = Calls });
        Assert.Equal(2, world.State.Holds.Count);
        Repair(world, "2026-01-11");

        Assert.Equal((At("2026-01-10"), At("2026-01-20")), Times(world, before));
        Assert.Equal((world.Now, world.Now), Times(world, last));
        Assert.Equal((4m, 96m), (world.Meter.Held, world.See().Remaining));
    }

    [Fact]
    [Rule(10)]
    public void A_reading_of_the_jump_was_read_now_and_an_older_one_when_it_was()
    {
        var world = new World(Of(Limit(100), metric: MetricType.Gauge), Of(Limit(100), "idle", MetricType.Gauge));
        var between = At("2026-01-10T11:00:00Z");
        world.WaitUntil("2026-01-10T10:00:00Z").Record(3, "idle");
        world.Record(3, "idle", key: "a");
        world.WaitUntil(Jump).Record(5);
        world.Record(5, key: "a");
        Repair(world, "2026-01-10T12:00:00Z");

        Assert.Equal(4 + 3, world.Record(4, "idle", between).Used);
        Assert.Equal(4 + 6, world.Record(6, "idle", between, key: "a").Used);
        Assert.Equal(5 + 5, world.Record(1, at: between).Used);
        Assert.Equal(5 + 5, world.Record(1, at: between, key: "a").Used);
        Assert.Equal(2 + 5, world.Wait(TimeSpan.FromSeconds(1)).Record(2).Used);
        Assert.Equal(2 + 2, world.Record(2, key: "a").Used);
    }

    [Fact]
    [Rule(10)]
    public void What_was_removed_in_the_jump_was_removed_now_and_what_was_before_then()
    {
        var world = new World(Of(Limit(100), Machines.FeatureCode, MetricType.Gauge));
        world.WaitUntil("2026-01-10T10:00:00Z");
        foreach (var machine in new[] { "a", "b" })
        {
            world.Do(new SetMachine { Fingerprint = machine, Cores = 4 });
        }

        world.Do(new RemoveMachine { Fingerprint = "a" });
        world.WaitUntil("2026-01-10T20:00:00Z").Do(new RemoveMachine { Fingerprint = "b" });
        Repair(world, "2026-01-10T12:00:00Z");

        Assert.Equal(0, world.Record(1, Machines.FeatureCode, At("2026-01-10T11:59:59Z"), key: "b").Used);
        Assert.Equal(2, world.Record(2, Machines.FeatureCode, At("2026-01-10T10:00:01Z"), key: "a").Used);
        Assert.Equal(3, world.Record(1, Machines.FeatureCode, key: "b").Used);
    }

    [Fact]
    [Rule(10)]
    public void Removals_that_only_the_jump_let_be_forgotten_hold_no_new_key_back()
    {
        var world = new World(Of(Limit(100), Machines.FeatureCode, MetricType.Gauge));
        world.WaitUntil(Jump);
        foreach (var machine in new[] { "a", "b" })
        {
            world.Do(new SetMachine { Fingerprint = machine, Cores = 4 });
            world.Do(new RemoveMachine { Fingerprint = machine });
            world.Wait(TimeSpan.FromDays(2));
        }

        Assert.Equal(At(Jump), world.State.FindMeter(Machines.FeatureCode)!.Past!.RemovedThrough);
        Repair(world, "2026-01-10T12:00:00Z");
        Assert.Equal(0, world.Record(5, Machines.FeatureCode, At("2026-01-10T11:59:59Z"), key: "c").Used);
        Assert.Equal(5, world.Record(5, Machines.FeatureCode, key: "c").Used);
    }

    [Fact]
    [Rule(10)]
    public void What_was_reset_in_the_jump_was_reset_now()
    {
        var world = new World(Of(Limit(100), metric: MetricType.Gauge), Of(Limit(100), "early", MetricType.Gauge));
        world.WaitUntil("2026-01-10T10:00:00Z").Do(new ResetUsage { FeatureCode = "early" });
        world.WaitUntil(Jump).Do(new ResetUsage { FeatureCode = Calls });
        Repair(world, "2026-01-10T12:00:00Z");

        var between = At("2026-01-10T11:59:59Z");
        Assert.Equal(0, world.Record(3, at: between).Used);
        Assert.Equal(3, world.Record(3, "early", between).Used);
        Assert.Equal(4, world.Record(4).Used);
    }

    private static (DateTimeOffset Created, DateTimeOffset Expires) Times(World world, HoldAnswer hold) =>
        (world.State.Holds.Find(hold.Id)!.CreatedAt, world.State.Holds.Find(hold.Id)!.ExpiresAt);

    private static void Repair(World world, string now) => world.WaitUntil(now).Do<Done>(new RepairClock { Now = world.Now });
}
