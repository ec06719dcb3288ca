using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Engine;

/// <summary>The files cannot be written for a while: another process holds SQLite's lock, which fails as a full disk does.</summary>
[Rule(9)]
public sealed class FailedCommitTests
{
    [Fact]
    public async Task What_could_not_be_made_durable_did_not_happen_and_counting_goes_on_by_itself()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { LockWait = TimeSpan.FromMilliseconds(20) });
        await fixture.OpenLicenseAsync("lic_a");
        await fixture.ConsumeAsync("lic_a", "key-0");

        string? problem;
        using (DataFolder.LockWrites(fixture.Folder.JournalFile))
        {
            var results = await Task.WhenAll(Enumerable.Range(1, 50).Select(i => fixture.ConsumeAsync("lic_a", $"key-{i}").AsTask()));
            Assert.All(results, result => Assert.Equal(ApplyStatus.Busy, result.Status));
            Assert.Equal(1, await fixture.UsedAsync("lic_a"));
            Assert.Equal(
                ApplyStatus.Busy, (await fixture.ApplyAsync("lic_b", new OpenLicense { LicenseId = "lic_b", TenantId = "t" })).Status);
            Assert.Null(await fixture.Engine.ReadAsync("lic_b", CancellationToken.None));
            problem = await fixture.Engine.WhyNotReadyAsync(CancellationToken.None);
        }

        for (var i = 1; i <= 50; i++)
        {
            Assert.Equal(ApplyStatus.Applied, (await fixture.ConsumeAsync("lic_a", $"key-{i}")).Status);
        }

        Assert.Contains("Free disk space", problem, StringComparison.Ordinal);
        Assert.Null(await fixture.Engine.WhyNotReadyAsync(CancellationToken.None));
        Assert.Equal(51, await fixture.UsedAsync("lic_a"));
        Assert.Equal(ApplyStatus.Replayed, (await fixture.ConsumeAsync("lic_a", "key-0")).Status);
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task Asking_for_readiness_finds_out_that_the_journal_can_be_written_again()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { LockWait = TimeSpan.FromMilliseconds(20) });
        await fixture.OpenLicenseAsync("lic_a");
        using (DataFolder.LockWrites(fixture.Folder.JournalFile))
        {
            Assert.Equal(ApplyStatus.Busy, (await fixture.ConsumeAsync("lic_a", "key-1")).Status);
            Assert.NotNull(await fixture.Engine.WhyNotReadyAsync(CancellationToken.None));
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await fixture.Engine.WhyNotReadyAsync(CancellationToken.None) is not null)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Failures_in_the_middle_of_a_load_lose_nothing_and_count_nothing_twice()
    {
        const int Keys = 3_000;
        await using var fixture = await EngineFixture.StartAsync(options => options with
        {
            LockWait = TimeSpan.FromMilliseconds(5),
            MaxShardBatch = 16,
            WriteOutEntries = 100,
            MaxPendingEntries = 1_000,
        });
        for (var i = 0; i < 8; i++)
        {
            await fixture.OpenLicenseAsync($"lic_{i}", limit: null);
        }

        var (next, busy) = (-1, 0);
        async Task WorkAsync()
        {
            for (var i = Interlocked.Increment(ref next); i < Keys; i = Interlocked.Increment(ref next))
            {
                while ((await fixture.ConsumeAsync($"lic_{i % 8}", $"key-{i}")).Status == ApplyStatus.Busy)
                {
                    Interlocked.Increment(ref busy);
                }
            }
        }

        var load = Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(WorkAsync)));
        foreach (var file in new[] { fixture.Folder.JournalFile, fixture.Folder.StoreFile, fixture.Folder.JournalFile })
        {
            var before = Volatile.Read(ref busy);
            using (DataFolder.LockWrites(file))
            {
                while (file == fixture.Folder.JournalFile && Volatile.Read(ref busy) < before + 5 && !load.IsCompleted)
                {
                    await Task.Yield();
                }
            }
        }

        await load;
        Assert.True(busy > 0, "No commit failed.");
        decimal used = 0;
        for (var i = 0; i < 8; i++)
        {
            used += await fixture.UsedAsync($"lic_{i}");
        }

        Assert.Equal(Keys, used);
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_stops_no_counting_until_too_much_waits()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with
        {
            LockWait = TimeSpan.FromMilliseconds(5),
            Shards = 1,
            WriteOutEntries = 100,
            MaxPendingEntries = 1_000,
        });
        await fixture.OpenLicenseAsync("lic_a", limit: null);
        await fixture.Engine.FlushAsync();
        var counted = 0;
        using (DataFolder.LockWrites(fixture.Folder.StoreFile))
        {
            while ((await fixture.ConsumeAsync("lic_a", $"key-{counted}")).Status == ApplyStatus.Applied)
            {
                counted++;
            }

            Assert.Contains(
                "store cannot be written", await fixture.Engine.WhyNotReadyAsync(CancellationToken.None), StringComparison.Ordinal);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => fixture.Engine.FlushAsync());
        }

        Assert.InRange(counted, 999, 1_100);
        Assert.Equal(counted, await fixture.UsedAsync("lic_a"));
        await fixture.VerifyAsync();
    }
}
