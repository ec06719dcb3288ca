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
}
