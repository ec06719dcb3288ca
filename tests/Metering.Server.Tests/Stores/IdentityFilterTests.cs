using Metering.Server.Storage;
using Metering.Server.Tests.Support;

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
}
