using Metering.Server.Tests.Support;
using Metering.Server.Webhooks;

namespace Metering.Server.Tests.Webhooks;

public sealed class LockedWebhooksTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_file_that_cannot_be_used_is_told_as_a_storage_that_is_away_until_it_can()
    {
        using var folder = new DataFolder();
        var file = Path.Combine(folder.Path, "webhooks.db");
        using var store = new WebhookStore(file, lockWait: TimeSpan.Zero);
        var webhook = new Webhook { Id = "whk_0", Url = "https://hooks.example.com" };

        using (DataFolder.LockWrites(file))
        {
            var write = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.AddAsync(webhook, None));
            Assert.StartsWith($"{file} cannot be used (", write.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ListAsync(None));
            Assert.Throws<StoreUnavailableException>(() => store.Queue.ReadOutboxPosition());
        }

        Assert.NotNull(await store.AddAsync(webhook, None));
        Assert.Single(await store.ListAsync(None));
    }
}
