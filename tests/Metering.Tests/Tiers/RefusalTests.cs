using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

/// <summary>A refusal names the tier and the policy that refused, and a time to come back where there is one.</summary>
[Rule(6)]
public sealed class RefusalTests
{
    [Fact]
    public void The_tier_is_named_with_its_policy_and_the_numbers()
    {
        var world = new World(Limit(1000) with
        {
            Tiers = [FromPercent(100, Level.OverUsage, Policy.AllowWithOverage), FromPercent(120, Level.OverUsage, Policy.Deny)],
        });
        world.Use(1200);
        var refusal = world.Refuse(RefusalCode.QuotaExceeded, 5);
        Assert.Equal("The tier from 120% denies: 1200 of 1000 used, 5 asked for.", refusal.Detail);
        Assert.Equal((Policy.Deny, Level.OverUsage), (refusal.Usage!.Policy, refusal.Usage.Level));
        Assert.Equal(
            (false, RefusalCode.QuotaExceeded, Policy.Deny), (world.Check(5).Allowed, world.Check(5).Reason, world.Check(5).Policy));
        Assert.Equal(Policy.AllowWithOverage, world.See().Policy);
    }

    [Fact]
    public void A_limit_without_tiers_a_grace_and_a_suspension_are_named_as_what_they_are()
    {
        var plain = new World(Limit(10));
        plain.Hold(4);
        Assert.Equal("The limit denies: 0 of 10 used, 4 held, 7 asked for.", plain.Refuse(RefusalCode.QuotaExceeded, 7).Detail);
        var grace = new World(Limit(10) with { Tiers = [FromPercent(100, Level.OverUsage, Policy.AllowWithGrace) with { Grace = 5 }] });
        Assert.Equal(
            "The tier from 100% allows a grace of 5 and then denies: 0 of 10 used, 16 asked for.",
            grace.Refuse(RefusalCode.QuotaExceeded, 16).Detail);
        var suspending = new World(Limit(10) with { Tiers = [From(10, Level.OverUsage, Policy.SuspendUsage)] });
        var refusal = suspending.Refuse(RefusalCode.UsageSuspended, 11);
        Assert.Equal(
            ("The tier from 10 suspends use: 0 of 10 used, 11 asked for.", Policy.SuspendUsage), (refusal.Detail, refusal.Usage!.Policy));
        Assert.Null(suspending.Refuse(RefusalCode.UsageSuspended).RetryAfterSeconds);
    }

    [Fact]
    public void Use_may_come_back_with_the_next_period()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Use(10);
        world.WaitUntil("2026-01-31T23:59:00Z");
        var refusal = world.Refuse(RefusalCode.QuotaExceeded, 10);
        Assert.Equal(60, refusal.RetryAfterSeconds);
        Assert.EndsWith(" It may pass from 2026-02-01T00:00:00Z on.", refusal.Detail, StringComparison.Ordinal);
        Assert.Null(world.Refuse(RefusalCode.QuotaExceeded, 11).RetryAfterSeconds);
        world.Wait(TimeSpan.FromSeconds(60)).Use(10);
    }

    [Fact]
    public void Use_may_come_back_with_the_first_grant_that_is_enough()
    {
        var world = new World(Limit(10, Interval.Month));
        world.Grant(3, from: "2026-01-05");
        world.Grant(20, from: "2026-01-08");
        world.Use(10);
        Assert.Equal(4 * 86_400, world.Refuse(RefusalCode.QuotaExceeded, 3).RetryAfterSeconds);
        Assert.Equal(7 * 86_400, world.Refuse(RefusalCode.QuotaExceeded, 4).RetryAfterSeconds);
        world.WaitUntil("2026-01-08").Use(4);
    }

    [Fact]
    public void Use_may_come_back_when_a_grant_recurs()
    {
        var world = new World(Limit(0));
        world.Grant(5, every: Interval.Week);
        world.Use(5);
        Assert.Equal(7 * 86_400, world.Refuse(RefusalCode.QuotaExceeded, 5).RetryAfterSeconds);
        Assert.Null(world.Refuse(RefusalCode.QuotaExceeded, 6).RetryAfterSeconds);
        world.Wait(TimeSpan.FromDays(7)).Use(5);
    }

    [Fact]
    public void A_standing_level_does_not_come_back_with_a_new_period()
    {
        var world = new World(Limit(10, Interval.Month), MetricType.Gauge);
        world.Use(10);
        Assert.Null(world.Refuse(RefusalCode.QuotaExceeded, 11).RetryAfterSeconds);
    }

    [Fact]
    public void A_suspension_comes_back_with_the_next_period_only_where_the_terms_say_so()
    {
        var world = new World(Tiered(10, From(10, Level.OverUsage, Policy.SuspendUsage) with { ResumesNextPeriod = true }));
        Assert.Null(world.Refuse(RefusalCode.UsageSuspended, 11).RetryAfterSeconds);
        Assert.Equal(31 * 86_400, world.Refuse(RefusalCode.UsageSuspended, 10).RetryAfterSeconds);
        var manual = new World(Tiered(10, From(10, Level.OverUsage, Policy.SuspendUsage)));
        manual.Refuse(RefusalCode.UsageSuspended, 11);
        Assert.Null(manual.Refuse(RefusalCode.UsageSuspended).RetryAfterSeconds);
    }

    [Fact]
    public void No_time_is_named_beyond_the_end_of_the_license()
    {
        var world = new World(World.Begin, new OpenLicense
        {
            LicenseId = "lic_1",
            TenantId = "tenant_1",
            ExpiresAt = At("2026-01-20"),
            Features = [Of(Limit(10, Interval.Month))],
        });
        world.Use(10);
        Assert.Null(world.Refuse(RefusalCode.QuotaExceeded).RetryAfterSeconds);
    }

    [Fact]
    [Rule(7)]
    public void No_time_is_named_at_which_the_credit_would_be_short()
    {
        var world = new World(Priced(100, From(0) with { UnitPrice = 1 }));
        world.Balance(110);
        world.Use(100);
        Assert.Equal(31 * 86_400, world.Refuse(RefusalCode.QuotaExceeded, 10).RetryAfterSeconds);
        Assert.Null(world.Refuse(RefusalCode.QuotaExceeded, 11).RetryAfterSeconds);
    }

    [Theory]
    [InlineData(120, 59, null)]
    [InlineData(60, 60, null)]
    [InlineData(59.5, 60, null)]
    [InlineData(59.5, 61, 60)]
    public void A_commit_comes_back_only_while_its_reservation_stands(double secondsToPeriodEnd, int ttlSeconds, int? retryAfter)
    {
        var world = new World(Limit(10, Interval.Hour));
        world.Wait(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(secondsToPeriodEnd)).Use(8);
        var hold = world.Hold(2, ttlSeconds);
        var refusal = world.Do<Refusal>(new CommitHold { HoldId = hold.Id, Amount = 5 });
        Assert.Equal((RefusalCode.QuotaExceeded, (long?)retryAfter), (refusal.Code, refusal.RetryAfterSeconds));
        if (refusal.RetryAfterSeconds is { } seconds)
        {
            world.Wait(TimeSpan.FromSeconds(seconds)).Do<UsageAnswer>(new CommitHold { HoldId = hold.Id, Amount = 5 });
        }
    }

    [Fact]
    public void What_may_still_be_used_counts_what_the_policies_let_through_beyond_the_allowance()
    {
        var world = new World(Tiered(10, FromPercent(100, Level.OverUsage, Policy.AllowWithGrace) with { Grace = 5 }));
        Assert.Equal((10m, 15m), (world.See().Remaining, world.See().Room));
        world.Use(12);
        world.Hold(1);
        Assert.Equal((0m, 2m), (world.See().Remaining, world.See().Room));
        var denied = new World(Tiered(100, From(50, Level.Critical, Policy.Deny)));
        denied.Use(50);
        Assert.Equal((50m, 0m), (denied.See().Remaining, denied.See().Room));
        Assert.True(new World(Limit(10, over: Policy.AllowWithOverage)).See().Endless);
        var plain = new World(Limit(10)).See();
        Assert.Equal((null, false), (plain.Room, plain.Endless));
        var open = new World(Limit(null)).See();
        Assert.Equal((null, false), (open.Room, open.Endless));
        Assert.Equal(20, new World(Tiered(null, From(20, Level.Critical, Policy.Deny))).See().Room);
    }
}
