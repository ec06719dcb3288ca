namespace Metering.Api.Tests;

public sealed class RecentCacheTests
{
    [Fact]
    public void The_cache_is_bounded_and_keeps_what_is_asked_for()
    {
        var cache = new RecentCache<int, string>(100, TimeSpan.FromHours(1));
        cache.Set(-1, "kept");
        for (var i = 0; i < 10_000; i++)
        {
            cache.Set(i, "value");
            Assert.True(cache.TryGet(-1, out var kept));
            Assert.Equal("kept", kept);
            Assert.InRange(cache.Count, 1, 100);
        }

        Assert.True(cache.TryGet(9_999, out _));
        Assert.False(cache.TryGet(0, out _));
        cache.Remove(9_999);
        Assert.False(cache.TryGet(9_999, out _));
    }

    [Fact]
    public void The_cache_forgets_what_is_old()
    {
        var cache = new RecentCache<int, string>(100, TimeSpan.Zero);
        cache.Set(1, "old");
        Assert.False(cache.TryGet(1, out _));
    }

    [Fact]
    public void The_time_that_a_look_up_took_is_part_of_it()
    {
        var cache = new RecentCache<int, string>(100, TimeSpan.FromHours(1));
        var now = Environment.TickCount64;
        cache.Set(1, "slow", now - (long)TimeSpan.FromHours(1).TotalMilliseconds);
        cache.Set(2, "fast", now);

        Assert.False(cache.TryGet(1, out _));
        Assert.True(cache.TryGet(2, out _));
    }
}
