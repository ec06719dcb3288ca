using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Storage;

/// <summary>Keys and event ids by their hashes (rule 8).</summary>
public sealed class IdentityTableTests
{
    // Two hashes of one license that share the first 36 bits, and so the place.
    private static readonly IdentityKey First = new(7, (UInt128)0xABCDEF123_0000001 << 64);
    private static readonly IdentityKey Second = new(7, (UInt128)0xABCDEF123_FFFFFFF << 64);

    [Fact]
    public async Task Two_that_share_a_place_are_both_remembered_and_one_is_when_the_other_is_forgotten()
    {
        await using var fixture = await EngineFixture.StartAsync();
        Assert.Equal(IdentityTable.IdOf(First), IdentityTable.IdOf(Second));

        var (both, left) = await fixture.Engine.Store.RunAsync(store =>
        {
            IdentityTable.Add(store, First, 1);
            IdentityTable.Add(store, Second, 2);
            var found = (IdentityTable.Find(store, First), IdentityTable.Find(store, Second));
            IdentityTable.Remove(store, First, 1);
            return (found, (IdentityTable.Find(store, First), IdentityTable.Find(store, Second)));
        });

        Assert.Equal((1, 2), both);
        Assert.Equal((null, 2), left);
        var filter = new IdentityFilter(1);
        await filter.LearnAsync(fixture.Engine.Store, fixture.Engine.Readers, CancellationToken.None);
        Assert.True(IdentityTable.MayHold(filter, Second));
    }

    [Fact]
    [Rule(8)]
    public async Task Where_every_place_is_taken_the_oldest_gives_way()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var keys = Enumerable.Range(0, 66)
            .Select(i => new IdentityKey(7, ((UInt128)0xABCDEF123_0000000 + (UInt128)(i << 8)) << 64)).ToList();

        var found = await fixture.Engine.Store.RunAsync(store =>
        {
            for (var i = 0; i < keys.Count; i++)
            {
                IdentityTable.Add(store, keys[i], i + 1);
            }

            return keys.Select(key => IdentityTable.Find(store, key)).ToList();
        });

        Assert.Equal([null, null, .. Enumerable.Range(3, 64).Select(row => (long?)row)], found);
    }
}
