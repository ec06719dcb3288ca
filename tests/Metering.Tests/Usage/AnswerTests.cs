using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Usage;

/// <summary>What answers say of a feature: its tier and rate, what a check would bring, what was counted.</summary>
public sealed class AnswerTests
{
    private static readonly Terms RateBeyondFive =
        Tiered(null, From(0), From(5, Level.Warning, Policy.RateLimit) with { Rate = new Rate(1, RateInterval.Hour, 50) });

    [Fact]
    [Rule(6)]
    public void A_check_shows_the_rate_of_the_tier_in_which_the_amount_would_end()
    {
        var world = new World(RateBeyondFive);
        world.Use(3);
        Assert.Null(world.Check(2).Rate);
        Assert.Equal(50, world.Check(3).Rate!.Burst);
        Assert.Null(world.See().Rate);
    }

    [Fact]
    [Rule(6)]
    public void What_is_held_shows_no_rate_that_nothing_was_asked_of()
    {
        var world = new World(RateBeyondFive);
        world.Hold(8);
        Assert.Null(world.See().Rate);
    }

    [Fact]
    [Rule(6)]
    public void A_refusal_shows_the_rate_of_the_tier_that_refused_and_not_of_the_one_beyond_it()
    {
        var world = new World(Tiered(
            null, From(0), From(5, Level.Warning, Policy.RateLimit) with { Rate = new Rate(1, RateInterval.Hour, 4) }, From(10)));
        world.Use(8);
        var usage = world.Refuse(RefusalCode.RateLimited, 5).Usage!;
        Assert.Equal((4m, Policy.RateLimit), (usage.Rate!.Burst, usage.Policy));
    }

    [Fact]
    [Rule(12)]
    public void A_check_on_a_suspended_license_is_not_allowed()
    {
        var world = new World(Limit(10));
        world.Do(new ChangeLicense { Suspended = true });
        var answer = world.Check(1);
        Assert.Equal((false, RefusalCode.LicenseSuspended), (answer.Allowed, answer.Reason));
    }

    [Fact]
    [Rule(12)]
    public void A_refusal_of_a_license_names_no_entry_that_the_ledger_has_not()
    {
        var world = new World(Limit(10, Interval.Day));
        world.Use(4);
        world.Do(new ChangeLicense { Suspended = true });
        var before = world.State;

        // The period has ended since, which no entry says yet.
        var usage = world.WaitUntil("2026-01-05").Refuse(RefusalCode.LicenseSuspended).Usage!;

        Assert.Equal(before.Sequence, world.State.Sequence);
        Assert.Equal((before.Sequence, false, RefusalCode.LicenseSuspended), (usage.Sequence, usage.Allowed, usage.Reason));
        Assert.Equal((0m, 10m), (usage.Used, usage.Remaining));
        Assert.Empty(usage.Signals);
    }

    [Fact]
    [Rule(12)]
    public void A_read_says_that_nothing_may_be_used_of_a_license_that_is_suspended_or_has_expired()
    {
        var world = new World(new FeatureTerms(Boolean("flag"), Limit(null)), Of(Limit(10)));
        world.Use(4);
        Assert.Equal((true, null, 6m), (world.See().Allowed, world.See().Reason, world.See().Remaining));

        world.Do(new ChangeLicense { Suspended = true });
        Assert.Equal((false, RefusalCode.LicenseSuspended, 6m), (world.See().Allowed, world.See().Reason, world.See().Remaining));
        Assert.Equal((false, RefusalCode.LicenseSuspended), (world.See("flag").Allowed, world.See("flag").Reason));

        world.Do(new ChangeLicense { Suspended = false, SetExpiry = true, ExpiresAt = world.Now });
        Assert.Equal((false, RefusalCode.LicenseExpired), (world.See().Allowed, world.See().Reason));
    }

    [Fact]
    [Rule(6)]
    public void A_read_says_that_use_is_suspended_until_it_is_resumed()
    {
        var world = new World(Tiered(10, From(5, Level.OverUsage, Policy.SuspendUsage)));
        world.Use(4);
        world.Refuse(RefusalCode.UsageSuspended, 3);
        Assert.Equal((false, RefusalCode.UsageSuspended, 6m), (world.See().Allowed, world.See().Reason, world.See().Remaining));

        world.Do(new ResumeUsage { FeatureCode = Calls });
        Assert.Equal((true, null), (world.See().Allowed, world.See().Reason));
    }

    [Fact]
    [Rule(4)]
    public void A_read_of_a_quota_that_is_used_up_is_allowed_because_it_asks_for_nothing()
    {
        var world = new World(Limit(10));
        world.Use(10);
        Assert.Equal((true, null, 0m), (world.See().Allowed, world.See().Reason, world.See().Remaining));
    }

    [Fact]
    public void A_boolean_feature_is_unlimited_and_allowed_while_the_license_has_it()
    {
        var world = new World(new FeatureTerms(Boolean("flag"), Limit(null)), Of(Limit(10)));
        Assert.Equal((true, true), (world.Check(1, "flag").Allowed, world.Check(1, "flag").Unlimited));
        Assert.Equal((true, true, null), (world.See("flag").Allowed, world.See("flag").Unlimited, world.See("flag").Remaining));
    }

    [Fact]
    [Rule(9)]
    public void Evidence_of_a_reading_says_what_was_read_and_what_it_added()
    {
        var world = new World(Limit(10), MetricType.Gauge);
        world.Use(5);
        world.Use(7);
        Assert.Equal((7m, 2m), (world.Entries[^1].Value, world.Entries[^1].Amount));
    }

    [Fact]
    public void A_check_of_a_total_without_an_amount_asks_for_what_was_read_last()
    {
        var world = new World(Limit(10), MetricType.Total);
        Assert.Equal(0, world.Check().Amount);
        world.Use(6);
        var answer = world.Check();
        Assert.Equal((true, 6m, 6m), (answer.Allowed, answer.Amount, answer.Used));
    }

    [Fact]
    [Rule(6)]
    public void Only_what_was_suspended_is_told_to_be_resumed()
    {
        var world = new World(Tiered(10, FromPercent(100, Level.OverUsage, Policy.SuspendUsage)));
        world.Do(new ResumeUsage { FeatureCode = Calls });
        Assert.Empty(world.SignalsOf(SignalType.UsageResumed));
        Assert.Equal("was not suspended", world.Entries[^1].Detail);

        world.Refuse(RefusalCode.UsageSuspended, 11);
        world.Do(new ResumeUsage { FeatureCode = Calls });
        Assert.Single(world.SignalsOf(SignalType.UsageResumed));
        Assert.Null(world.Entries[^1].Detail);
        world.Use(10);
    }

    [Fact]
    [Rule(5)]
    public void Of_grants_to_come_the_next_four_are_tried()
    {
        var world = new World(Limit(0));
        for (var day = 2; day <= 6; day++)
        {
            world.Grant(2, from: $"2026-01-0{day}");
        }

        Assert.Equal(4 * 86_400, world.Refuse(RefusalCode.QuotaExceeded, 8).RetryAfterSeconds);
        Assert.Null(world.Refuse(RefusalCode.QuotaExceeded, 9).RetryAfterSeconds);
    }

    [Theory]
    [Rule(6)]
    [InlineData(true)]
    [InlineData(false)]
    public void A_refusal_says_whether_the_next_period_lifts_a_suspension(bool resumes)
    {
        var world = new World(Tiered(10, From(10, Level.OverUsage, Policy.SuspendUsage) with { ResumesNextPeriod = resumes }));
        world.Refuse(RefusalCode.UsageSuspended, 11);
        var detail = world.Refuse(RefusalCode.UsageSuspended).Detail;
        Assert.Equal(resumes, detail.Contains("next period", StringComparison.Ordinal));
    }
}
