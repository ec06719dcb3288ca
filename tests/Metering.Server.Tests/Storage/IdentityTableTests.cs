using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Storage;

/// <summary>Keys and event ids by their hashes (rule 8).</summary>
[Rule(8)]
public sealed class IdentityTableTests
{
    // Two hashes of one license that share the first 36 bits, and so the place.
    private static readonly IdentityKey First = new(7, (UInt128)0xABCDEF123_0000001 << 64);
    private static readonly IdentityKey Second = new(7, (UInt128)0xABCDEF123_FFFFFFF << 64);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Two_that_share_a_place_are_both_remembered_and_one_is_when_the_other_is_forgotten(bool firstMoved, bool secondMoved)
    {
        await using var fixture = await EngineFixture.StartAsync();
        Assert.Equal(IdentityTable.IdOf(First), IdentityTable.IdOf(Second));

        await fixture.Engine.Store.RunAsync(store =>
        {
            Add(store, First, 1, firstMoved);
            Add(store, Second, 2, secondMoved);
            Assert.Equal([1], IdentityTable.Rows(store, First));
            Assert.Equal([2], IdentityTable.Rows(store, Second));

            Assert.Equal(1, IdentityTable.Remove(store, First, 1));
            Assert.Equal(0, IdentityTable.Remove(store, First, 1));
            Assert.Empty(IdentityTable.Rows(store, First));
            Assert.Equal([2], IdentityTable.Rows(store, Second));
            return true;
        });

        var filter = new IdentityFilter(1);
        await filter.LearnAsync(fixture.Engine.Store, fixture.Engine.Readers, CancellationToken.None);
        Assert.True(IdentityTable.MayHold(filter, Second));
    }

    [Fact]
    public async Task One_that_counted_again_is_found_by_its_newest_row_and_is_there_once_when_both_have_moved()
    {
        await using var fixture = await EngineFixture.StartAsync();

        await fixture.Engine.Store.RunAsync(store =>
        {
            Add(store, First, 1, moved: true);
            Add(store, First, 2, moved: false);
            Assert.Equal([2, 1], IdentityTable.Rows(store, First));

            Add(store, First, 3, moved: true);
            Assert.Equal([3], IdentityTable.Rows(store, First));
            return true;
        });
    }

    [Fact]
    public async Task The_newest_row_is_found_first_also_where_it_is_farther_from_its_place()
    {
        await using var fixture = await EngineFixture.StartAsync();

        await fixture.Engine.Store.RunAsync(store =>
        {
            Add(store, First, 1, moved: true);
            Add(store, Second, 2, moved: false);
            Add(store, First, 3, moved: false);
            Assert.Equal([3, 1], IdentityTable.Rows(store, First));

            MoveAll(store);
            Assert.Equal([3, 1], IdentityTable.Rows(store, First));
            Assert.Equal([2], IdentityTable.Rows(store, Second));
            return true;
        });
    }

    [Fact]
    public async Task A_move_never_puts_an_older_row_in_the_place_of_a_newer_one()
    {
        await using var fixture = await EngineFixture.StartAsync();

        await fixture.Engine.Store.RunAsync(store =>
        {
            IdentityTable.Add(store, Second, 1);
            IdentityTable.Add(store, First, 2);

            // The other one moves alone, so the first place is free when this one counts again. Then the new row moves before the old one.
            IdentityTable.Move(store, long.MinValue, IdentityTable.IdOf(Second));
            IdentityTable.Add(store, First, 3);
            Assert.Equal([3, 2], IdentityTable.Rows(store, First));

            MoveAll(store);
            Assert.Equal([3], IdentityTable.Rows(store, First));
            return true;
        });
    }

    [Fact]
    public async Task One_beside_which_another_with_the_same_bits_lies_is_still_among_the_rows()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var beside = new IdentityKey(7, (UInt128)0xABCDEF124_0000001 << 64);

        await fixture.Engine.Store.RunAsync(store =>
        {
            Add(store, First, 1, moved: true);
            Add(store, beside, 2, moved: false);
            Assert.Equal([2, 1], IdentityTable.Rows(store, First));
            Assert.Equal([2], IdentityTable.Rows(store, beside));
            return true;
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_every_place_of_a_part_is_taken_the_oldest_gives_way(bool moved)
    {
        await using var fixture = await EngineFixture.StartAsync();
        var keys = Enumerable.Range(0, 34)
            .Select(i => new IdentityKey(7, ((UInt128)0xABCDEF123_0000000 + (UInt128)(i << 8)) << 64)).ToList();

        var found = await fixture.Engine.Store.RunAsync(store =>
        {
            for (var i = 0; i < keys.Count; i++)
            {
                Add(store, keys[i], i + 1, moved);
            }

            return keys.Select(key => IdentityTable.Rows(store, key).FirstOrDefault()).ToList();
        });

        Assert.Equal([0, 0, .. Enumerable.Range(3, 32).Select(row => (long)row)], found);
    }

    [Fact]
    public async Task An_older_one_that_finds_every_place_taken_by_newer_ones_is_dropped()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var keys = Enumerable.Range(0, 33)
            .Select(i => new IdentityKey(7, ((UInt128)0xABCDEF123_0000000 + (UInt128)(i << 8)) << 64)).ToList();

        await fixture.Engine.Store.RunAsync(store =>
        {
            for (var i = 1; i < keys.Count; i++)
            {
                Add(store, keys[i], i + 1, moved: true);
            }

            Add(store, keys[0], 1, moved: true);
            Assert.Empty(IdentityTable.Rows(store, keys[0]));
            Assert.Equal([2], IdentityTable.Rows(store, keys[1]));
            return true;
        });
    }

    [Fact]
    public async Task Those_in_a_range_are_moved_and_no_others()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var keys = Enumerable.Range(1, 2_500).Select(i => new IdentityKey(7, (UInt128)i << 100)).ToList();

        var found = await fixture.Engine.Store.RunAsync(store =>
        {
            for (var i = 0; i < keys.Count; i++)
            {
                IdentityTable.Add(store, keys[i], i + 1);
            }

            IdentityTable.Move(store, IdentityTable.IdOf(keys[9]), IdentityTable.IdOf(keys[2_400]));
            return keys.Select(key => Assert.Single(IdentityTable.Rows(store, key))).ToList();
        });

        Assert.Equal(Enumerable.Range(1, 2_500).Select(row => (long)row), found);
        Assert.Equal(2_391, fixture.Folder.Count("identity"));
        Assert.Equal(109, fixture.Folder.Count("identity_recent"));
    }

    private static void Add(Database store, IdentityKey key, long row, bool moved)
    {
        IdentityTable.Add(store, key, row);
        if (moved)
        {
            MoveAll(store);
        }
    }

    private static void MoveAll(Database store) => IdentityTable.Move(store, long.MinValue, long.MaxValue);
}
