using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Engine;

public sealed class MeterEngineTests
{
    [Fact]
    [Rule(9)]
    public async Task What_was_acknowledged_is_read_at_once_and_after_a_restart()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-1", 3);
        Assert.Equal(3, await fixture.UsedAsync("lic_a"));

        await fixture.RestartAsync();

        Assert.Equal(3, await fixture.UsedAsync("lic_a"));
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task Many_callers_at_once_never_get_more_than_the_allowance()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { MaxShardBatch = 7 });
        await fixture.OpenLicenseAsync("lic_a", limit: 100);

        var results = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => fixture.ConsumeAsync("lic_a", $"key-{i}").AsTask()));

        Assert.Equal(100, results.Count(result => result.Answer is UsageAnswer { Allowed: true }));
        Assert.Equal(400, results.Count(result => result.Answer is Refusal { Code: RefusalCode.QuotaExceeded }));
        Assert.Equal(100, await fixture.UsedAsync("lic_a"));
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task Licenses_beyond_the_cache_leave_memory_and_come_back_with_their_use()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { MaxCachedLicenses = 10 });
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 100; i++)
            {
                if (round == 0)
                {
                    await fixture.OpenLicenseAsync($"lic_{i}");
                }

                await fixture.ConsumeAsync($"lic_{i}", $"key-{round}");
                if (i % 10 == 0)
                {
                    await fixture.Engine.FlushAsync();
                }
            }
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(3, await fixture.UsedAsync($"lic_{i}"));
            Assert.Equal(ApplyStatus.Replayed, (await fixture.ConsumeAsync($"lic_{i}", "key-0")).Status);
        }

        Assert.True(fixture.Engine.CachedLicenses < 100, $"{fixture.Engine.CachedLicenses} licenses are in memory");
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task A_full_queue_answers_busy_and_the_same_key_counts_once_later()
    {
        await using var fixture = await EngineFixture.StartAsync(
            options => options with { MaxShardQueue = 16, Shards = 1, MaxShardBatch = 1 });
        await fixture.OpenLicenseAsync("lic_a", limit: null);

        var results = await Task.WhenAll(
            Enumerable.Range(0, 2_000).Select(i => Task.Run(() => fixture.ConsumeAsync("lic_a", $"key-{i}").AsTask())));
        for (var i = 0; i < results.Length; i++)
        {
            while (results[i].Status == ApplyStatus.Busy)
            {
                results[i] = await fixture.ConsumeAsync("lic_a", $"key-{i}");
            }
        }

        Assert.All(results, result => Assert.Equal(ApplyStatus.Applied, result.Status));
        Assert.Equal(2_000, await fixture.UsedAsync("lic_a"));
    }

    [Fact]
    public async Task Commands_sent_after_the_end_are_answered_busy()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.Engine.DisposeAsync();

        Assert.Equal(ApplyResult.Busy, await fixture.ConsumeAsync("lic_a", "key-1"));
    }

    [Fact]
    public async Task Commands_that_wait_when_the_engine_ends_are_done_first()
    {
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.OpenLicenseAsync("lic_a");
        var waiting = Enumerable.Range(0, 500).Select(i => fixture.ConsumeAsync("lic_a", $"key-{i}").AsTask()).ToArray();

        await fixture.RestartAsync();

        Assert.All(await Task.WhenAll(waiting), result => Assert.Equal(ApplyStatus.Applied, result.Status));
        Assert.Equal(500, await fixture.UsedAsync("lic_a"));
    }

    [Fact]
    public async Task Cancelling_stops_the_wait_and_not_the_command()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { LockWait = TimeSpan.FromMinutes(1) });
        await fixture.OpenLicenseAsync("lic_a");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        // The lock keeps the commit from being faster than the wait.
        using (DataFolder.LockWrites(fixture.Folder.JournalFile))
        {
            var waited = fixture.Engine.ApplyAsync(
                "lic_a", new Consume { FeatureCode = "api_calls" }, Once.ByKey("key-1", "body"), cancelled.Token);

            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waited);
        }

        Assert.Equal(ApplyStatus.Replayed, (await fixture.ConsumeAsync("lic_a", "key-1")).Status);
    }

    [Fact]
    public async Task A_second_engine_on_the_same_directory_is_refused()
    {
        await using var fixture = await EngineFixture.StartAsync();

        var refused = await Assert.ThrowsAsync<DataDirectoryException>(() => MeterEngine.OpenAsync(fixture.Options, fixture.Clock));

        Assert.Contains("in use by another server", refused.Message, StringComparison.Ordinal);
        Assert.Contains(fixture.Folder.Path, refused.Message, StringComparison.Ordinal);
    }
}
