using Metering.Server.Loops;
using Metering.Server.Storage;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Metering.Server.Tests.Stores;

public sealed class IdentityFilterTests
{
    [Fact]
    public async Task Every_id_may_be_there_until_the_filter_has_learned_what_is()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var filter = new IdentityFilter(1);
        Assert.True(filter.MayHold(1));

        await filter.LearnAsync(fixture.Engine.Store, fixture.Engine.Readers, CancellationToken.None);

        Assert.False(filter.MayHold(1));
    }

    [Fact]
    public async Task It_never_denies_an_id_that_was_stored_or_added_and_denies_most_others()
    {
        const int Stored = 50_000;
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.Engine.Store.RunAsync(store =>
        {
            var insert = store["INSERT INTO identity (id, value) VALUES (?, 0)"];
            for (var id = 1L; id <= Stored; id++)
            {
                insert.Bind(1, id * 7).Run();
            }

            return true;
        });
        var filter = new IdentityFilter(1);
        await filter.LearnAsync(fixture.Engine.Store, fixture.Engine.Readers, CancellationToken.None);
        for (var id = 1L; id <= 1_000; id++)
        {
            filter.Add((id * 7) + 1);
        }

        Assert.All(Enumerable.Range(1, Stored), id => Assert.True(filter.MayHold(id * 7L)));
        Assert.All(Enumerable.Range(1, 1_000), id => Assert.True(filter.MayHold((id * 7L) + 1)));
        Assert.InRange(Enumerable.Range(1, Stored).Count(id => filter.MayHold((id * 7L) + 2)), 0, Stored / 50);
    }

    [Fact]
    public async Task It_is_sized_from_the_table_up_to_its_cap_and_shrinks_by_generations()
    {
        const int Stored = 1_500_000;
        await using var fixture = await EngineFixture.StartAsync();
        await fixture.Engine.Store.RunAsync(store =>
        {
            store[$"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Stored}) INSERT INTO identity SELECT i * 7, 0 FROM n"].Run();
            return true;
        });
        var (filter, capped) = (new IdentityFilter(64), new IdentityFilter(2));
        Assert.True(filter.IsDue);
        await filter.LearnAsync(fixture.Engine.Store, fixture.Engine.Readers, CancellationToken.None);
        await capped.LearnAsync(fixture.Engine.Store, fixture.Engine.Readers, CancellationToken.None);

        // Room for half as many again, in a power of two; and one that is at its cap stays.
        Assert.Equal((4 * 1024, 2 * 1024), (filter.Kibibytes, capped.Kibibytes));
        Assert.False(filter.IsDue || capped.IsDue);
        for (var id = 1L; id <= 3_000_000; id++)
        {
            filter.Add((id * 7) + 1);
            capped.Add((id * 7) + 1);
        }

        filter.Added(3_000_000);
        capped.Added(3_000_000);

        Assert.True(filter.IsDue);
        Assert.False(capped.IsDue);

        // Nearly all are forgotten: the next generation is small and does not know them any more.
        await fixture.Engine.Store.RunAsync(store =>
        {
            store["DELETE FROM identity WHERE id > 70"].Run();
            return true;
        });
        filter.Forgot(4_499_990);
        await filter.LearnAsync(fixture.Engine.Store, fixture.Engine.Readers, CancellationToken.None);

        Assert.Equal(1024, filter.Kibibytes);
        Assert.False(filter.IsDue);
        Assert.All(Enumerable.Range(1, 10), id => Assert.True(filter.MayHold(id * 7L)));
        Assert.InRange(Enumerable.Range(11, 10_000).Count(id => filter.MayHold(id * 7L)), 0, 10);
    }

    [Fact]
    public async Task What_is_written_or_forgotten_anew_after_a_failure_counts_once()
    {
        await using var fixture = await EngineFixture.StartAsync(options => options with { WriteOutAfterMilliseconds = 60_000 });
        var filter = fixture.Engine.Filter;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (filter.Kibibytes == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        using var retention = new Retention(
            fixture.Engine, fixture.Clock, TimeProvider.System, new LoopStatuses(), NullLogger<Retention>.Instance);
        await fixture.OpenLicenseAsync("lic_a", limit: null);
        await fixture.ConsumeAsync("lic_a", "key-1", eventId: "evt-1");

        await FailAsync("mark", "journal_row", () => fixture.Engine.FlushAsync(), 0);
        await fixture.Engine.FlushAsync();
        Assert.Equal(2, filter.Keys);

        fixture.Clock.UtcNow += fixture.Engine.Rules.IdempotencyMemory + TimeSpan.FromDays(1);
        await FailAsync("setting", "forgotten_through", () => retention.RunAsync(CancellationToken.None), 2);
        Assert.Equal(2, await retention.RunAsync(CancellationToken.None));
        Assert.Equal(0, filter.Keys);
        Assert.Equal(0, fixture.Folder.Count("identity_all"));

        // Fails at what is written last, when all else was done. The write-out tries again by itself, so it is counted before it may.
        async Task FailAsync(string table, string name, Func<Task> work, long keys)
        {
            await ExecuteAsync(
                $"CREATE TRIGGER failing BEFORE INSERT ON {table} WHEN NEW.name = '{name}' BEGIN SELECT RAISE(ABORT, 'full'); END");
            await Assert.ThrowsAsync<StoreUnavailableException>(work);
            Assert.Equal(keys, filter.Keys);
            await ExecuteAsync("DROP TRIGGER failing");
        }

        Task<bool> ExecuteAsync(string sql) => fixture.Engine.Store.RunAsync(store =>
        {
            store.Execute(sql);
            return true;
        });
    }
}
