using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Metering;

namespace MeterFunctions.Tests.Storage;

/// <summary>Transactions of which the storage says within its 202 that it could not do them, whether it has or not.</summary>
[Collection(StorageCollection.Name)]
public sealed class TransactionsTests(Azurite azurite)
{
    [Theory]
    [Rule(8)]
    [InlineData("Entity", false)]
    [InlineData("Entity", true)]
    [InlineData("WhenContended", false)]
    [InlineData("WhenContended", true)]
    public async Task A_commit_is_made_again_and_counts_once(string turns, bool isDone)
    {
        using var storage = new FaultyStorage(seed: 1);
        await using var app = new App(azurite, new() { ["Metering:Turns"] = turns }, storage);
        var id = await app.OpenAsync();
        Fail(storage, isDone, times: 2);

        var result = await app.Meters.ApplyAsync(id, Commands.Consume(3), Commands.Key("k"), default);

        Assert.Equal(ApplyStatus.Applied, result.Status);
        Assert.Equal(3, await app.UsedAsync(id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_writes_rows_is_told_that_the_storage_is_not_there(bool isDone)
    {
        using var storage = new FaultyStorage(seed: 1);
        await using var app = new App(azurite, storage: storage);
        var id = await app.OpenAsync();
        var state = (await app.Meters.ReadAsync(id, default))!;
        var rows = await app.Tables.QueryAsync(TableKeys.Meters, $"PartitionKey eq '{id}' and RowKey ge 'e'", 10, default);
        var delivery = new Delivery
        {
            Id = $"dlv_{Guid.CreateVersion7():N}",
            WebhookId = "whk_1",
            LicenseId = id,
            MessageId = "msg_1",
            Type = "overage",
            Body = "{}",
        };
        Fail(storage, isDone, times: int.MaxValue);

        Func<Task>[] writers =
        [
            () => app.Get<RowPages>().TryDeleteAsync(TableKeys.Meters, rows, default).AsTask(),
            () => new FeatureNotes(app.Tables).WriteAsync(LicenseFeatures.Of(state), default).AsTask(),
            () => app.Get<TableDeliveries>().AddAsync(delivery, "1", default).AsTask(),
        ];

        foreach (var write in writers)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(write);
        }
    }

    private static void Fail(FaultyStorage storage, bool isDone, int times)
    {
        var fault = isDone ? StorageFault.UnavailableInsideAndDone : StorageFault.UnavailableInside;
        storage.Meets = request =>
            request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal) && times-- > 0 ? fault : null;
    }
}
