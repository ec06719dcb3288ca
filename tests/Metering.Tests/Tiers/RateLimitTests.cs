using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Tiers;

[Rule(6)]
public sealed class RateLimitTests
{
    [Fact]
    public void A_burst_passes_at_once_and_the_next_waits_for_its_turn()
    {
        var world = Limited(10, RateInterval.Second, 20);
        for (var i = 0; i < 20; i++)
        {
            world.Use(1);
        }

        Assert.Equal(1, world.Refuse(RefusalCode.RateLimited).RetryAfterSeconds);
        world.Wait(TimeSpan.FromMilliseconds(99)).Refuse(RefusalCode.RateLimited);
        world.Wait(TimeSpan.FromMilliseconds(1)).Use(1);
        world.Refuse(RefusalCode.RateLimited);
        world.Wait(TimeSpan.FromSeconds(2)).Use(20);
    }

    [Theory]
    [InlineData(3, RateInterval.Second)]
    [InlineData(7, RateInterval.Second)]
    [InlineData(7, RateInterval.Minute)]
    [InlineData(11, RateInterval.Hour)]
    [InlineData(13, RateInterval.Day)]
    public void The_whole_burst_passes_one_by_one_also_where_a_unit_is_no_whole_tick(int rate, RateInterval per)
    {
        var world = Limited(rate, per, rate);
        for (var i = 0; i < rate; i++)
        {
            world.Use(1);
        }

        world.Refuse(RefusalCode.RateLimited);
    }

    [Theory]
    [InlineData(1, RateInterval.Minute, 1, 60)]
    [InlineData(1, RateInterval.Hour, 1, 3600)]
    [InlineData(3, RateInterval.Day, 1, 28800)]
    [InlineData(7, RateInterval.Minute, 1, 9)]
    [InlineData(10, RateInterval.Second, 1, 1)]
    public void Retry_after_is_exact_to_the_second(int rate, RateInterval per, int burst, int seconds)
    {
        var world = Limited(rate, per, burst);
        world.Use(burst);
        Assert.Equal(seconds, world.Refuse(RefusalCode.RateLimited).RetryAfterSeconds);
        world.Wait(TimeSpan.FromSeconds(seconds)).Use(1);
    }

    [Fact]
    public void Retry_after_counts_what_is_asked_for()
    {
        var world = Limited(1, RateInterval.Second, 10);
        world.Use(10);
        Assert.Equal(4, world.Refuse(RefusalCode.RateLimited, 4).RetryAfterSeconds);
        world.Wait(TimeSpan.FromSeconds(3));
        world.Refuse(RefusalCode.RateLimited, 4);
        world.Wait(TimeSpan.FromSeconds(1)).Use(4);
    }

    [Fact]
    public void More_than_the_burst_never_passes_at_once_and_is_promised_nothing()
    {
        var world = Limited(10, RateInterval.Second, 20);
        var refusal = world.Refuse(RefusalCode.QuotaExceeded, 21);
        Assert.Contains("its burst is 20", refusal.Detail, StringComparison.Ordinal);
        Assert.Null(refusal.RetryAfterSeconds);
        world.Wait(TimeSpan.FromDays(1)).Refuse(RefusalCode.QuotaExceeded, 21);
        world.Use(20);
    }

    [Fact]
    public void Only_the_units_inside_the_tier_take_from_its_rate()
    {
        var world = new World(Tiered(null, From(10, Level.Warning, Policy.RateLimit) with { Rate = new Rate(1, RateInterval.Hour, 5) }));
        world.Use(7);
        world.Refuse(RefusalCode.QuotaExceeded, 9);
        world.Use(6);
        Assert.Equal(3600, world.Refuse(RefusalCode.RateLimited, 3).RetryAfterSeconds);
        world.Use(2);
    }

    [Fact]
    public void A_use_that_passes_through_a_rated_tier_takes_from_its_rate()
    {
        var world = new World(Tiered(
            null,
            From(10, Level.Warning, Policy.RateLimit) with { Rate = new Rate(1, RateInterval.Hour, 5) },
            From(14, Level.Critical)));
        world.Use(11);
        world.Use(10);
        Assert.Equal(4 * TimeSpan.TicksPerHour, world.Meter.RateNext - world.Now.UtcTicks);
    }

    [Fact]
    public void A_slow_rate_that_was_used_up_does_not_block_the_fast_one_that_comes_after_it()
    {
        var world = Limited(10, RateInterval.Hour, 10);
        world.Use(10);
        world.Refuse(RefusalCode.RateLimited);
        SetRate(world, new Rate(100, RateInterval.Second, 100));
        Assert.Equal(90, world.Check(1).Rate!.Remaining);
        world.Use(90);
        Assert.Equal(1, world.Refuse(RefusalCode.RateLimited).RetryAfterSeconds);
        world.Wait(TimeSpan.FromSeconds(1)).Use(100);
    }

    [Fact]
    public void Going_to_and_fro_between_two_rates_frees_nothing()
    {
        var world = Limited(10, RateInterval.Hour, 10);
        world.Use(10);
        SetRate(world, new Rate(10, RateInterval.Hour, 20));
        SetRate(world, new Rate(10, RateInterval.Hour, 10));
        world.Refuse(RefusalCode.RateLimited);
    }

    [Fact]
    public void What_a_rate_gives_back_after_a_change_comes_at_the_new_pace()
    {
        var world = Limited(1, RateInterval.Day, 100);
        world.Use(100);
        SetRate(world, new Rate(100, RateInterval.Day, 100));
        world.Wait(TimeSpan.FromHours(12)).Use(50);
        world.Refuse(RefusalCode.RateLimited);
    }

    [Fact]
    public void The_next_tiers_rate_goes_on_from_what_was_taken_of_the_last()
    {
        var world = new World(Tiered(
            null,
            From(0, Level.Normal, Policy.RateLimit) with { Rate = new Rate(1, RateInterval.Hour, 10) },
            From(10, Level.Warning, Policy.RateLimit) with { Rate = new Rate(1, RateInterval.Second, 12) }));
        world.Use(10);
        world.Use(2);
        Assert.Equal(1, world.Refuse(RefusalCode.RateLimited).RetryAfterSeconds);
        world.Wait(TimeSpan.FromSeconds(1)).Use(1);
    }

    [Fact]
    public void What_a_hold_set_aside_takes_from_the_rate_only_once()
    {
        var world = Limited(1, RateInterval.Hour, 5);
        var hold = world.Hold(4);
        Assert.Equal(5, world.Do<UsageAnswer>(new CommitHold { HoldId = hold.Id, Amount = 5 }).Used);
        world.Refuse(RefusalCode.RateLimited);
    }

    [Fact]
    public void A_refused_use_takes_nothing_of_the_rate()
    {
        var world = Limited(1, RateInterval.Second, 10);
        world.Use(8);
        world.Refuse(RefusalCode.RateLimited, 3);
        world.Use(2);
    }

    [Fact]
    public void The_rate_is_shown_as_it_stands()
    {
        var world = Limited(3, RateInterval.Second, 6);
        Assert.Equal(new RateView(6, 2, 6, 0), world.Check(1).Rate);
        world.Use(1);
        Assert.Equal(new RateView(6, 2, 5, 1), world.Check(1).Rate);
        world.Use(5);
        Assert.Equal(new RateView(6, 2, 0, 2), world.Check(1).Rate);
        world.Wait(TimeSpan.FromSeconds(1));
        Assert.Equal(new RateView(6, 2, 3, 1), world.Check(1).Rate);
    }

    [Fact]
    public void Only_use_that_ends_in_the_tier_is_limited()
    {
        var world = new World(Tiered(null, From(10, Level.Warning, Policy.RateLimit) with { Rate = new Rate(1, RateInterval.Second, 2) }));
        world.Use(10);
        Assert.Null(world.See().Rate);
        world.Use(2);
        world.Refuse(RefusalCode.RateLimited);
        Assert.NotNull(world.See().Rate);
    }

    [Fact]
    public void A_standing_rate_survives_its_period()
    {
        var world = Limited(1, RateInterval.Day, 2);
        world.WaitUntil("2026-01-31T12:00:00Z").Use(2);
        world.WaitUntil("2026-02-01T00:00:00Z").Refuse(RefusalCode.RateLimited);
        world.WaitUntil("2026-02-01T12:00:00Z").Use(1);
    }

    [Fact]
    public void Extreme_rates_are_only_very_slow_or_very_fast()
    {
        var slow = Limited(0.000000001m, RateInterval.Day, Amount.Max);
        slow.Use(Amount.Max);
        Assert.True(slow.Refuse(RefusalCode.RateLimited, 1).RetryAfterSeconds > 0);
        Assert.Equal(0, slow.Check(1).Rate!.Remaining);
        var fast = Limited(Amount.Max, RateInterval.Second, 0.000000001m);
        fast.Use(0.000000001m);
        fast.Use(0.000000001m);
        Assert.Equal(0.000000001m, fast.Wait(TimeSpan.FromSeconds(1)).Check(0.000000001m).Rate!.Remaining);
    }

    private static void SetRate(World world, Rate rate) => world.Do<AssignmentAnswer>(new AssignFeature
    {
        Feature = Of(Tiered(null, From(0, Level.Normal, Policy.RateLimit) with { Rate = rate })),
    });

    private static World Limited(decimal amount, RateInterval per, decimal burst) =>
        new(Tiered(null, From(0, Level.Normal, Policy.RateLimit) with { Rate = new Rate(amount, per, burst) }));
}
