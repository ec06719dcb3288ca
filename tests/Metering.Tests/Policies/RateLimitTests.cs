using Metering.Tests.Support;
using static Metering.Tests.Support.Given;

namespace Metering.Tests.Policies;

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
    public void More_than_the_burst_never_passes_at_once()
    {
        var world = Limited(10, RateInterval.Second, 20);
        var refusal = world.Refuse(RefusalCode.RateLimited, 21);
        Assert.Contains("burst", refusal.Detail, StringComparison.Ordinal);
        Assert.True(refusal.RetryAfterSeconds >= 1);
        world.Wait(TimeSpan.FromDays(1)).Refuse(RefusalCode.RateLimited, 21);
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

    private static World Limited(decimal amount, RateInterval per, decimal burst) =>
        new(Tiered(null, From(0, Level.Normal, Policy.RateLimit) with { Rate = new Rate(amount, per, burst) }));
}
