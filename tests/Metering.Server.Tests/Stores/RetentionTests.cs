using Metering.Server.Exports;
using Metering.Server.Loops;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Stores;

public sealed class RetentionTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(1_000)]
    [Rule(8)]
    public async Task Keys_go_with_their_memory_and_entries_with_their_retention(int recentRows)
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with
        {
            IdempotencyDays = 2,
            LedgerRetentionDays = 6,
            WriteOutAfterMilliseconds = 60_000,
            MaxRecentRows = recentRows,
        });
        using var retention = Retention(fixture);
        await fixture.OpenLicenseAsync("lic_a", limit: null);
        await fixture.OpenLicenseAsync("lic_b", limit: null);
        for (var day = 0; day < 10; day++)
        {
            for (var i = 0; i < 5; i++)
            {
                await fixture.ConsumeAsync("lic_a", $"key-{day}-{i}", eventId: $"evt-{day}-{i}");
                await fixture.ConsumeAsync("lic_b", $"key-{day}-{i}");
            }

            fixture.Clock.UtcNow += TimeSpan.FromDays(1);
            await fixture.Engine.FlushAsync();
        }

        await retention.RunAsync(CancellationToken.None);

        // It is day 10: keys of days 8 and 9 are no older than two days, entries of days 4 to 9 no older than six.
        Assert.Equal(30, fixture.Folder.Count("identity_all"));
        Assert.Equal(20, fixture.Folder.Count("ledger WHERE answer IS NOT NULL"));
        Assert.Equal(60, fixture.Folder.Count("ledger"));
        Assert.Equal(12, fixture.Folder.Count("ledger_run_all"));
        var page = await new SqliteLedger(fixture.Engine, fixture.Clock).EntriesAsync(
            "lic_a", new LedgerQuery(null, null, null, null, 1_000), CancellationToken.None);
        Assert.Equal(Enumerable.Range(22, 30).Select(sequence => (long)sequence), page.Items.Select(entry => entry.Sequence));
        Assert.Equal(ApplyStatus.Replayed, (await fixture.ConsumeAsync("lic_a", "key-9-0", eventId: "evt-9-0")).Status);
        Assert.Equal(ApplyStatus.Applied, (await fixture.ConsumeAsync("lic_a", "key-0-0", eventId: "evt-0-0")).Status);
        Assert.Equal(0, await retention.RunAsync(CancellationToken.None));

        // Reports go by it: of day 3 the last entry is gone.
        var kept = await new SqliteLedger(fixture.Engine, fixture.Clock).KeptFromAsync("lic_a", CancellationToken.None);
        Assert.InRange(kept!.Value, page.Items[0].At.AddDays(-1).AddTicks(1), page.Items[0].At);
        await fixture.VerifyAsync();
    }

    [Fact]
    [Rule(9)]
    public async Task Of_the_first_day_that_is_kept_everything_is_kept()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { IdempotencyDays = 1, LedgerRetentionDays = 2 });
        using var retention = Retention(fixture);
        var day = new DateTimeOffset(fixture.Clock.UtcNow.UtcDateTime.Date, TimeSpan.Zero).AddDays(1);
        await fixture.OpenLicenseAsync("lic_a", limit: null);
        fixture.Clock.UtcNow = day.AddHours(1);
        await fixture.ConsumeAsync("lic_a", "key-1");
        await fixture.Engine.FlushAsync();
        var scan = new SqliteLedgerScan(fixture.Engine);

        fixture.Clock.UtcNow = day.AddDays(2).AddHours(12);
        await retention.RunAsync(CancellationToken.None);
        Assert.Equal(day, await scan.KeptFromAsync(CancellationToken.None));
        Assert.Equal(1, fixture.Folder.Count("ledger"));

        fixture.Clock.UtcNow = day.AddDays(3);
        await retention.RunAsync(CancellationToken.None);
        Assert.Equal(day.AddDays(1), await scan.KeptFromAsync(CancellationToken.None));
        Assert.Equal(0, fixture.Folder.Count("ledger"));
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task Before_the_first_entry_goes_it_is_known_what_is_kept()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { IdempotencyDays = 1, LedgerRetentionDays = 2 });
        using var retention = Retention(fixture);
        await fixture.OpenLicenseAsync("lic_a", limit: null);
        await fixture.Engine.FlushAsync();
        await fixture.Engine.Store.RunAsync(store =>
        {
            store.Execute("CREATE TRIGGER keep BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'kept'); END");
            return true;
        });
        fixture.Clock.UtcNow += TimeSpan.FromDays(5);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => retention.RunAsync(CancellationToken.None));

        Assert.Equal(
            new DateTimeOffset(fixture.Clock.UtcNow.UtcDateTime.Date, TimeSpan.Zero).AddDays(-2),
            await new SqliteLedgerScan(fixture.Engine).KeptFromAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_is_over_is_found_without_reading_what_is_kept()
    {
        await using var fixture = await EngineFixture.StartAsync();
        foreach (var query in new[] { Server.Stores.Retention.OldRollups, Server.Stores.Retention.OldPeriods })
        {
            var plan = await fixture.Engine.Store.RunAsync(store =>
            {
                var statement = store["EXPLAIN QUERY PLAN " + query];
                statement.Next();
                var detail = statement.Text(3);
                statement.Reset();
                return detail;
            });
            Assert.StartsWith("SEARCH", plan, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_run_of_which_only_the_beginning_is_over_keeps_its_end()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with
        {
            IdempotencyDays = 1,
            LedgerRetentionDays = 4,
            WriteOutAfterMilliseconds = 60_000,
        });
        using var retention = Retention(fixture);
        await fixture.OpenLicenseAsync("lic_a", limit: null);
        for (var day = 0; day < 8; day++)
        {
            await fixture.ConsumeAsync("lic_a", $"key-{day}");
            fixture.Clock.UtcNow += TimeSpan.FromDays(1);
        }

        await fixture.Engine.FlushAsync();
        Assert.Equal(1, fixture.Folder.Count("ledger_run_all"));

        await retention.RunAsync(CancellationToken.None);

        var page = await new SqliteLedger(fixture.Engine, fixture.Clock).EntriesAsync(
            "lic_a", new LedgerQuery(null, null, null, null, 1_000), CancellationToken.None);
        Assert.Equal([6L, 7, 8, 9], page.Items.Select(entry => entry.Sequence));
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task A_row_from_the_future_keeps_nothing_behind_it()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with
        {
            IdempotencyDays = 1,
            LedgerRetentionDays = 2,
            WriteOutAfterMilliseconds = 60_000,
        });
        using var retention = Retention(fixture);
        await fixture.OpenLicenseAsync("lic_a", limit: null);
        await fixture.OpenLicenseAsync("lic_b", limit: null);
        await fixture.Engine.FlushAsync();
        var today = fixture.Clock.UtcNow;
        fixture.Clock.UtcNow = today.AddYears(10);
        await fixture.ConsumeAsync("lic_a", "from-the-future");
        fixture.Clock.UtcNow = today;
        await fixture.Engine.FlushAsync();
        await fixture.ConsumeAsync("lic_b", "key-1");
        await fixture.Engine.FlushAsync();
        fixture.Clock.UtcNow = today.AddDays(5);
        await fixture.ConsumeAsync("lic_b", "key-2");
        await fixture.Engine.FlushAsync();

        await retention.RunAsync(CancellationToken.None);

        Assert.Equal(1, fixture.Folder.Count("ledger"));
        Assert.Equal(1, fixture.Folder.Count("identity_all"));
        Assert.InRange(fixture.Folder.Count("written"), 0, 2);
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task An_id_of_a_removed_entry_is_never_given_again()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with
        {
            IdempotencyDays = 1,
            LedgerRetentionDays = 1,
            WriteOutAfterMilliseconds = 60_000,
        });
        await fixture.OpenLicenseAsync("lic_a", limit: null);
        await fixture.OpenLicenseAsync("lic_b", limit: null);
        await fixture.ConsumeAsync("lic_a", "key-a", 3);
        await fixture.Engine.FlushAsync();
        fixture.Clock.UtcNow += TimeSpan.FromDays(3);
        using (var retention = Retention(fixture))
        {
            await retention.RunAsync(CancellationToken.None);
        }

        Assert.Equal(0, fixture.Folder.Count("ledger"));
        await fixture.RestartAsync();
        await fixture.ConsumeAsync("lic_b", "key-b", 5);
        await fixture.Engine.FlushAsync();

        Assert.Equal(1, fixture.Folder.Count("ledger WHERE id = 4"));
        await fixture.VerifyAsync();
    }

    [Fact]
    public async Task Nothing_stays_remembered_that_was_forgotten_even_if_time_brought_the_last_entry()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with
        {
            IdempotencyDays = 1,
            LedgerRetentionDays = 9,
        });
        using var retention = Retention(fixture);
        await fixture.OpenLicenseAsync("lic_a", limit: null);

        // A grant that was made before it became effective is followed by an entry that is no one's request, and bears no key.
        await fixture.ApplyAsync(
            "lic_a",
            new AddGrant { FeatureCode = EngineFixture.Calls.Code, Amount = 1, EffectiveAt = fixture.Clock.UtcNow.AddDays(-1) },
            Once.ByKey("grant", "body"));
        await fixture.Engine.FlushAsync();
        Assert.Equal(1, fixture.Folder.Count("identity_all"));
        fixture.Clock.UtcNow += TimeSpan.FromDays(3);

        await retention.RunAsync(CancellationToken.None);

        Assert.Equal(0, fixture.Folder.Count("identity_all"));
    }

    [Fact]
    public async Task A_lock_that_outlasts_the_wait_makes_readiness_fail_and_ends_no_loop()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { LockWait = TimeSpan.FromMilliseconds(20) });
        var loops = new LoopStatuses();
        using var retention = new Retention(fixture.Engine, fixture.Clock, new InstantTime(), loops, NullLogger<Retention>.Instance);
        using (DataFolder.LockWrites(fixture.Folder.StoreFile))
        {
            await retention.StartAsync(CancellationToken.None);
            await Until(() => loops.Fault is not null);
            Assert.Contains("Retention: failing", loops.Fault, StringComparison.Ordinal);
        }

        await Until(() => loops.Fault is null);
        await retention.StopAsync(CancellationToken.None);
        Assert.True(retention.ExecuteTask!.IsCompletedSuccessfully);
    }

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static Retention Retention(EngineFixture fixture) =>
        new(fixture.Engine, fixture.Clock, TimeProvider.System, new LoopStatuses(), NullLogger<Retention>.Instance);
}
