using Azure.Data.Tables;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;

namespace MeterFunctions.Tests.Licenses;

/// <summary>A part of a long ledger is read without what lies before and behind it.</summary>
[Collection(StorageCollection.Name)]
public sealed class LedgerSearchTests(Azurite azurite)
{
    private const int Rows = 9_000;

    // Two entries a command, so that every second number has no row.
    private const int Step = 2;

    [Fact]
    public async Task A_span_is_found_by_its_time_wherever_it_lies()
    {
        var storage = new CountedStorage();
        await using var app = new App(azurite, storage: storage);
        var table = await FillAsync(app);

        (int, int)[] spans =
            [(0, 3), (1, 2), (4_321, 4_325), (Rows - 2, Rows), (Rows - 1, Rows + 50), (Rows, Rows + 1), (-5, 1)];
        foreach (var (from, to) in spans)
        {
            var found = new List<int>();
            var requests = await storage.CountAsync(async () => found.AddRange(await ReadAsync(app, from, to)));

            var expected = Enumerable.Range(0, Rows).Where(row => row >= from && row < to);
            Assert.Equal(expected, found);
            Assert.InRange(requests, 1, 14);
        }

        // Retention has removed the beginning.
        foreach (var row in Enumerable.Range(0, 300))
        {
            await table.DeleteEntityAsync(TableKeys.Text("lic_1"), TableKeys.Entry(NumberOf(row)));
        }

        Assert.Equal(Enumerable.Range(300, 20), await ReadAsync(app, 0, 320));
    }

    private static long NumberOf(int row) => 1 + (row * Step);

    private static DateTimeOffset TimeOf(int row) => App.Start.AddSeconds(row);

    private static async Task<List<int>> ReadAsync(App app, int from, int to)
    {
        var found = new List<int>();
        await foreach (var row in app.Get<TableLedger>().StoredAsync("lic_1", 0, TimeOf(from), TimeOf(to), default))
        {
            Assert.True(TableKeys.TryEntryNumber(row.RowKey, out var number));
            found.Add((int)((number - 1) / Step));
        }

        return found;
    }

    private static async Task<TableClient> FillAsync(App app)
    {
        var table = await app.Get<MeterTables>().OpenAsync(TableKeys.Meters);
        foreach (var part in Enumerable.Range(0, Rows).Chunk(100))
        {
            await table.SubmitTransactionAsync(part.Select(row => new TableTransactionAction(
                TableTransactionActionType.Add,
                new TableEntity(TableKeys.Text("lic_1"), TableKeys.Entry(NumberOf(row))) { [LicenseRows.Columns.At] = TimeOf(row) })));
        }

        return table;
    }
}
