using Metering.Server.Storage;
using Metering.Server.Tests.Support;

namespace Metering.Server.Tests.Storage;

/// <summary>Tables that have two parts.</summary>
public sealed class RecentRowsTests
{
    [Fact]
    public async Task What_is_too_much_moves_in_the_order_of_ids_from_where_the_last_move_ended()
    {
        await using var fixture = await EngineFixture.StartAsync();
        var recent = new RecentRows(LedgerRuns.Table, most: 3, LedgerRuns.Move);

        Assert.Equal((0, "1 2 3"), await AddAsync(fixture, recent, 3, 1, 2));
        Assert.Equal((2, "3 4 5"), await AddAsync(fixture, recent, 5, 4));
        Assert.Equal((3, "1 4 5"), await AddAsync(fixture, recent, 1));
        Assert.Equal((5, "1 2 3"), await AddAsync(fixture, recent, 2, 3));
        Assert.Equal((6, "1 2 3"), await AddAsync(fixture, recent, 9));

        // Fewer lie above the last move than should move. The next move begins at the lowest id; what has the same id in the large part is
        // replaced.
        Assert.Equal((7, "1 2 3 7"), await AddAsync(fixture, recent, 7, 10));
        Assert.Equal((7, "3 7 8"), await AddAsync(fixture, recent, 8));
    }

    [Fact]
    public async Task They_are_counted_at_first_and_then_each_time_that_enough_new_ones_have_come()
    {
        await using var fixture = await EngineFixture.StartAsync();
        const int Most = 256;
        var first = new RecentRows(LedgerRuns.Table, Most, LedgerRuns.Move);
        await AddAsync(fixture, first, [.. Enumerable.Range(1, Most).Select(id => (long)id)]);

        // After a restart it counts at once, however few are new.
        var again = new RecentRows(LedgerRuns.Table, Most, LedgerRuns.Move);
        Assert.Equal(1, (await AddAsync(fixture, again, 1_001)).Moved);

        Assert.Equal(1, (await AddAsync(fixture, again, 1_002)).Moved);
        Assert.Equal(1, (await AddAsync(fixture, again, 1_003)).Moved);
        Assert.Equal(4, (await AddAsync(fixture, again, 1_004)).Moved);
    }

    [Fact]
    public async Task A_run_is_found_made_shorter_and_removed_in_either_part()
    {
        await using var fixture = await EngineFixture.StartAsync();

        await fixture.Engine.Store.RunAsync(store =>
        {
            LedgerRuns.Add(store, 5, 50, 4);
            LedgerRuns.Add(store, 9, 90, 4);
            LedgerRuns.Move(store, long.MinValue, 5);
            Assert.Equal([5, 9], Read(store, "ledger_run_all"));

            LedgerRuns.Shorten(store, 5, 2);
            LedgerRuns.Shorten(store, 9, 3);
            Assert.Equal([7, 12], Read(store, "ledger_run_all"));
            Assert.Equal([52, 93], Read(store, "ledger_run_all", "row"));
            Assert.Equal([1, 2], Read(store, "ledger_run_all", "count"));

            LedgerRuns.Remove(store, 7);
            LedgerRuns.Remove(store, 12);
            Assert.Empty(Read(store, "ledger_run_all"));
            return true;
        });
    }

    [Fact]
    public async Task A_run_becomes_shorter_also_where_a_stray_one_is_in_the_way()
    {
        await using var fixture = await EngineFixture.StartAsync();

        var rows = await fixture.Engine.Store.RunAsync(store =>
        {
            LedgerRuns.Add(store, 5, 50, 4);
            LedgerRuns.Add(store, 7, 1, 1);
            LedgerRuns.Shorten(store, 5, 2);
            return Read(store, "ledger_run_all", "row");
        });

        Assert.Equal([52], rows);
    }

    [Fact]
    public async Task A_run_that_should_not_be_there_does_not_stop_those_that_come()
    {
        await using var fixture = await EngineFixture.StartAsync();

        var rows = await fixture.Engine.Store.RunAsync(store =>
        {
            LedgerRuns.Add(store, 5, 50, 1);
            LedgerRuns.Move(store, long.MinValue, long.MaxValue);
            LedgerRuns.Add(store, 5, 60, 1);
            LedgerRuns.Add(store, 5, 70, 1);
            LedgerRuns.Move(store, long.MinValue, long.MaxValue);
            return Read(store, "ledger_run_all", "row");
        });

        Assert.Equal([70], rows);
    }

    private static async Task<(long Moved, string Left)> AddAsync(EngineFixture fixture, RecentRows rows, params long[] ids) =>
        await fixture.Engine.Store.RunAsync(store =>
        {
            foreach (var id in ids)
            {
                LedgerRuns.Add(store, id, id * 10, 1);
            }

            rows.MakeRoom(store, ids.Length);
            return ((long)Read(store, "ledger_run").Count, string.Join(' ', Read(store, "ledger_run_recent")));
        });

    private static List<long> Read(Database store, string table, string column = "id")
    {
        var values = new List<long>();
        var statement = store[$"SELECT {column} FROM {table} ORDER BY {column}"];
        while (statement.Next())
        {
            values.Add(statement.Integer(0));
        }

        return values;
    }
}
