using Metering.Client.Tests.Support;

namespace Metering.Client.Tests.Leases;

/// <summary>Software with a hot path: it leases, spends in memory, and the meter knows in the end what was spent.</summary>
public sealed class LeasedMeterTests(Meter meter) : IClassFixture<Meter>, IAsyncLifetime
{
    private readonly LeaseBench _bench = new(meter);

    public Task InitializeAsync() => _bench.InitializeAsync();

    public Task DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task What_is_spent_in_memory_costs_no_request_and_is_told_in_one()
    {
        await _bench.GrantAsync(1_000);
        await using var calls = await _bench.OpenAsync();
        var before = _bench.Wire.Sent;
        var spent = Enumerable.Range(0, 20).Count(_ => calls.TryConsume(3));

        Assert.Equal(20, spent);
        Assert.Equal(before, _bench.Wire.Sent);
        await calls.SyncAsync();

        Assert.Equal(before + 1, _bench.Wire.Sent);
        Assert.Equal(60, await _bench.UsedAsync());
        Assert.Equal(40, calls.Left);
    }

    [Fact]
    public async Task Many_threads_spend_all_that_there_is_and_never_more()
    {
        await _bench.GrantAsync(20_000);
        await using (var calls = await _bench.OpenAsync())
        {
            var counts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                var count = 0;
                while ((await calls.ConsumeAsync()).Allowed)
                {
                    count++;
                }

                return count;
            })));

            Assert.Equal(LeaseBench.Limit + 20_000, counts.Sum());
            var refused = await calls.ConsumeAsync();
            Assert.Equal((false, RefusalCodes.QuotaExceeded), (refused.Allowed, refused.Refusal!.Code));
        }

        var usage = await _bench.UsageAsync();
        Assert.Equal(LeaseBench.Limit + 20_000, usage.GetProperty("used").GetDecimal());
        Assert.Equal(0, usage.GetProperty("overage").GetDecimal());
        Assert.Equal(0, usage.GetProperty("held").GetDecimal());
        Assert.InRange(_bench.Wire.Sent, 1, 200);
    }

    [Fact]
    public async Task A_sync_tells_what_was_spent_before_it_also_while_another_one_is_under_way()
    {
        await _bench.GrantAsync(1_000);
        await using var calls = await _bench.OpenAsync();
        var gate = new TaskCompletionSource();
        Assert.True(calls.TryConsume(5));
        (_bench.Wire.Gate, var sent) = (gate.Task, _bench.Wire.Sent);
        var first = calls.SyncAsync();
        Assert.True(SpinWait.SpinUntil(() => _bench.Wire.Sent > sent, TimeSpan.FromSeconds(30)));

        Assert.True(calls.TryConsume(2));
        var second = calls.SyncAsync();
        gate.SetResult();
        await first;
        await second;

        Assert.Equal(7, await _bench.UsedAsync());
    }

    [Fact]
    public async Task A_lease_grows_with_the_pace_and_is_renewed_before_it_is_short()
    {
        await _bench.GrantAsync(100_000);
        await using var calls = await _bench.OpenAsync(options => options.MaxAmount = 2_000);
        var taken = 0;
        while (taken < 10_000)
        {
            Assert.True((await calls.ConsumeAsync(10)).Allowed);
            taken += 10;
        }

        await calls.SyncAsync();
        var leases = await _bench.LeasesAsync();
        Assert.Equal(100, leases[0]);
        Assert.Equal(800, leases[1]);
        Assert.Equal(2_000, leases[^1]);
        Assert.Equal(10_000, await _bench.UsedAsync());
    }

    [Fact]
    public async Task At_the_end_the_rest_goes_back()
    {
        await _bench.GrantAsync(1_000);
        await using (var calls = await _bench.OpenAsync())
        {
            Assert.True(calls.TryConsume(7));
            Assert.Equal(100, (await _bench.UsageAsync()).GetProperty("held").GetDecimal());
        }

        var usage = await _bench.UsageAsync();
        Assert.Equal((7, 0), (usage.GetProperty("used").GetDecimal(), usage.GetProperty("held").GetDecimal()));
    }

    [Fact]
    public async Task Where_little_is_left_the_lease_is_as_small()
    {
        await using var calls = await _bench.OpenAsync();

        Assert.Equal(LeaseBench.Limit, calls.Left);
        Assert.True(calls.TryConsume(LeaseBench.Limit));
        Assert.False(calls.TryConsume());
        Assert.Equal(RefusalCodes.QuotaExceeded, (await calls.ConsumeAsync()).Refusal!.Code);
    }

    [Fact]
    public async Task More_than_the_largest_lease_is_leased_when_somebody_wants_it_at_once()
    {
        await _bench.GrantAsync(1_000);
        await using var calls = await _bench.OpenAsync(options => options.MaxAmount = 100);

        Assert.False(calls.TryConsume(500));
        Assert.True((await calls.ConsumeAsync(500)).Allowed);
        Assert.False((await calls.ConsumeAsync(5_000)).Allowed);
    }

    [Fact]
    public async Task What_is_wanted_is_leased_even_if_the_pace_would_lease_more_than_there_is()
    {
        await _bench.GrantAsync(700 - LeaseBench.Limit);
        await using var calls = await _bench.OpenAsync();
        Assert.True(calls.TryConsume(20));

        Assert.True((await calls.ConsumeAsync(580)).Allowed);
        Assert.Equal(600, await SpentAsync(calls));
    }

    [Fact]
    public async Task Who_wants_too_much_takes_nothing_from_those_who_want_less()
    {
        await _bench.GrantAsync(700 - LeaseBench.Limit);
        await using var calls = await _bench.OpenAsync();

        var answers = await Task.WhenAll(
            calls.ConsumeAsync(5_000).AsTask(), calls.ConsumeAsync(120).AsTask(), calls.ConsumeAsync(150).AsTask());
        Assert.Equal([false, true, true], answers.Select(answer => answer.Allowed));
        // At once, though more was refused a moment ago.
        Assert.True((await calls.ConsumeAsync(430)).Allowed);
        Assert.Equal(700, await SpentAsync(calls));
    }

    [Fact]
    public async Task A_feature_that_the_license_does_not_have_is_a_refusal_and_a_wrong_key_a_problem()
    {
        await using var none = await _bench.OpenAsync(options => options.FeatureCode = "none");
        Assert.Equal(RefusalCodes.FeatureNotAssigned, (await none.ConsumeAsync()).Refusal!.Code);

        await using var client = _bench.Client(key: "lk_" + new string('x', 43));
        var problem = await Assert.ThrowsAsync<MeteringProblemException>(() => client.LeaseAsync(_bench.Options("other")));
        Assert.Equal(401, problem.Status);
    }

    [Fact]
    public async Task A_request_that_was_refused_is_told_as_that_to_everyone_until_it_is_tried_again()
    {
        await _bench.GrantAsync(1_000);
        await using var calls = await _bench.OpenAsync();
        _bench.Wire.NoLeases = true;
        Assert.True(calls.TryConsume(100));

        // The first is told what the meter answered, and the third is certainly told during the pause.
        for (var caller = 1; caller <= 3; caller++)
        {
            var refused = await Assert.ThrowsAsync<MeteringProblemException>(async () => await calls.ConsumeAsync());
            Assert.Equal(("limit_reached", 409, "There are 1000 holds."), (refused.Code, refused.Status, refused.Message));
        }
    }

    [Fact]
    public async Task A_later_change_of_options_changes_no_lease()
    {
        await _bench.GrantAsync(1_000);
        var changed = _bench.Options();
        await using var calls = await _bench.OpenAsync(options => changed = options);

        (changed.FeatureCode, changed.MinAmount, changed.MaxAmount) = ("other", 0, -1);
        var answer = await calls.ConsumeAsync(101);

        Assert.Equal((true, "calls"), (answer.Allowed, answer.FeatureCode));
    }

    [Fact]
    public async Task A_disposed_meter_spends_nothing()
    {
        var calls = await _bench.OpenAsync();
        await calls.DisposeAsync();
        await calls.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => calls.TryConsume());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await calls.ConsumeAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => calls.SyncAsync());
    }

    private async Task<decimal> SpentAsync(LeasedMeter calls)
    {
        await calls.SyncAsync();
        return await _bench.UsedAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task An_amount_is_above_zero(long amount)
    {
        await using var calls = await _bench.OpenAsync();
        Assert.Throws<ArgumentOutOfRangeException>(() => calls.TryConsume(amount));
    }
}
