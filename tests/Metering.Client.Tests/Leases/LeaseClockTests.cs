using Metering.Client.Tests.Support;

namespace Metering.Client.Tests.Leases;

/// <summary>A leased meter on a machine whose clock is set back by an hour.</summary>
public sealed class LeaseClockTests(Meter meter) : IClassFixture<Meter>, IAsyncLifetime
{
    private readonly LeaseBench _bench = new(meter);

    public Task InitializeAsync() => _bench.InitializeAsync();

    public Task DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_refusal_holds_no_longer()
    {
        await using var calls = await _bench.OpenAsync();
        Assert.False((await calls.ConsumeAsync(100)).Allowed);
        await _bench.GrantAsync(1_000);

        SetBack();
        _bench.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True((await calls.ConsumeAsync(100)).Allowed);
    }

    [Fact]
    public async Task A_pause_after_a_failure_is_no_longer()
    {
        await _bench.GrantAsync(1_000);
        await using var calls = await _bench.OpenAsync();
        _bench.Wire.Cut = true;
        Assert.True(calls.TryConsume(100));
        await Assert.ThrowsAsync<MeteringUnavailableException>(async () => await calls.ConsumeAsync());
        // The second is told only once the pause has begun.
        await Assert.ThrowsAsync<MeteringUnavailableException>(async () => await calls.ConsumeAsync());

        SetBack();
        _bench.Wire.Cut = false;
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.True((await calls.ConsumeAsync()).Allowed);
    }

    [Fact]
    public async Task What_was_spent_is_told_no_later()
    {
        await _bench.GrantAsync(1_000);
        await using var calls = await _bench.OpenAsync(options => options.LeaseTime = TimeSpan.FromDays(1));
        await calls.SyncAsync();
        SetBack();
        Assert.True(calls.TryConsume(5));

        // Not as far as the hour by which the clock was set.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var minutes = 0; await _bench.UsedAsync() != 5; minutes++)
        {
            limit.Token.ThrowIfCancellationRequested();
            if (minutes < 30)
            {
                _bench.Clock.Advance(TimeSpan.FromMinutes(1));
            }
        }
    }

    [Fact]
    public async Task The_next_lease_is_sized_by_the_pace_of_use()
    {
        await _bench.GrantAsync(10_000);
        await using var calls = await _bench.OpenAsync();
        _bench.Clock.Advance(TimeSpan.FromSeconds(100));

        SetBack();
        Assert.True(calls.TryConsume(80));
        await calls.SyncAsync();

        // 80 units in 100 s, for the 600 s of a lease.
        Assert.Equal([100, 480], await _bench.LeasesAsync());
    }

    private void SetBack() => _bench.Clock.Slept = TimeSpan.FromHours(-1);
}
