using Azure.Data.Tables;
using MeterFunctions.Evidence;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Evidence;

/// <summary>While a license is looked at, others count on it and remove its oldest evidence; neither is a difference.</summary>
[Collection(StorageCollection.Name)]
public sealed class VerifyMeanwhileTests(Azurite azurite)
{
    private int _number;

    [Fact]
    [Rule(9)]
    public async Task A_commit_between_every_two_reads_is_no_difference()
    {
        var storage = new Between();
        await using var writer = new App(azurite, new() { ["Metering:Turns"] = "WhenContended" });
        await using var app = new App(azurite, storage: storage, prefix: writer.Prefix);
        var id = await FillAsync(writer);
        await app.Tables.MakeAsync();
        var before = (await writer.EntriesAsync(id)).Count;

        // Days close meanwhile, and a key whose memory is over counts again.
        storage.Before = () => CountAsync(writer, id, days: 40);
        Assert.Empty(await app.Get<TableVerification>().VerifyAsync(id, default));
        storage.Before = null;

        Assert.True((await writer.EntriesAsync(id)).Count > before + 5);
        Assert.Empty(await app.Get<TableVerification>().VerifyAsync(id, default));
    }

    [Fact]
    [Rule(9)]
    public async Task A_commit_between_every_two_reads_hides_no_difference()
    {
        var storage = new Between();
        await using var writer = new App(azurite, new() { ["Metering:Turns"] = "WhenContended" });
        await using var app = new App(azurite, storage: storage, prefix: writer.Prefix);
        var id = await FillAsync(writer);
        await writer.Tables.DeleteAsync(TableKeys.Meters, id, TableKeys.IdentityOfKey("k2"), default);
        await app.Tables.MakeAsync();
        storage.Before = () => CountAsync(writer, id, days: 0);

        Assert.Equal([$"{id}: entry 3: its idempotency key is not remembered"], await app.Get<TableVerification>().VerifyAsync(id, default));
    }

    [Theory]
    [Rule(9)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Evidence_that_is_removed_meanwhile_has_the_license_begun_again(int at)
    {
        var storage = new Between();
        await using var writer = new App(azurite);
        await using var app = new App(azurite, storage: storage, prefix: writer.Prefix);
        var id = await FillAsync(writer);
        await app.Tables.MakeAsync();
        var (reads, cut) = (0, false);
        storage.Before = async () =>
        {
            if (++reads == at)
            {
                cut = true;
                await CutAsync(writer, id, through: 3);
            }
        };

        Assert.Empty(await app.Get<TableVerification>().VerifyAsync(id, default));
        Assert.True(cut);
    }

    [Fact]
    [Rule(9)]
    public async Task A_license_whose_evidence_is_removed_again_and_again_could_not_be_followed()
    {
        var storage = new Between();
        await using var writer = new App(azurite);
        await using var app = new App(azurite, storage: storage, prefix: writer.Prefix);
        var id = await FillAsync(writer);
        await app.Tables.MakeAsync();
        await CutAsync(writer, id, through: 3);
        var snapshot = (await writer.Tables.FindAsync(TableKeys.Meters, id, TableKeys.SnapshotRow, default))!;
        storage.Before = () => writer.Tables.PutAsync(TableKeys.Meters, snapshot, default).AsTask();
        await writer.Tables.DeleteAsync(TableKeys.Meters, id, TableKeys.Entry(39), default);

        var verdict = await app.Get<TableVerification>().FollowAsync(id, _ => { }, default);

        Assert.Empty(verdict.Differences);
        Assert.StartsWith($"{id}: could not be checked", verdict.Unfollowed, StringComparison.Ordinal);
    }

    private async Task CountAsync(App app, string id, int days)
    {
        await app.SetTimeAsync(App.Start.AddDays(3 + days).AddHours(++_number));
        await app.Meters.ApplyAsync(id, Commands.Consume(), _number == 1 ? Commands.Key("k1") : Once.ByEvent($"m{_number}"), default);
    }

    private static async Task<string> FillAsync(App app)
    {
        var id = await app.OpenAsync();
        for (var i = 1; i < 40; i++)
        {
            if (i == 20)
            {
                await app.SetTimeAsync(App.Start.AddDays(3));
            }

            await app.Meters.ApplyAsync(id, Commands.Consume(), Commands.Key($"k{i}"), default);
        }

        return id;
    }

    // As retention does: what the oldest entries came to is written, and then they go.
    private static async Task CutAsync(App app, string id, long through)
    {
        var before = await app.Get<LicensePartition>().ReadSnapshotAsync(id, default);
        var replay = new LicenseReplay(id, before, new Findings(id));
        var rows = new List<string>();
        await foreach (var row in app.Get<TableLedger>().StoredAsync(id, replay.Last + 1, default))
        {
            if (!TableKeys.TryEntryNumber(row.RowKey, out var first) || first > through)
            {
                break;
            }

            replay.Take(first, row);
            rows.Add(row.RowKey);
        }

        if (rows.Count > 0)
        {
            await app.Tables.PutAsync(
                TableKeys.Meters, replay.Snapshot(DateOnly.FromDateTime(App.Start.UtcDateTime)).ToRow(id), default);
            await app.Tables.DeleteAllAsync(TableKeys.Meters, id, rows, default);
        }
    }

    // The way to the storage of whoever verifies: before each of its reads of licenses, somebody else does something.
    private sealed class Between() : DelegatingHandler(new SocketsHttpHandler())
    {
        public Func<Task>? Before { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Before is { } before && request.RequestUri!.AbsolutePath.Contains(TableKeys.Meters, StringComparison.Ordinal))
            {
                await before();
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
