using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Deliveries of a webhook: listed, tried, sent once more.</summary>
internal sealed class DeliveryHandlers(IWebhooks store, TimeProvider time)
{
    // Real time, in which receivers live, also beside a test clock.
    private DateTimeOffset Now => UtcJsonConverter.WholeMilliseconds(time.GetUtcNow());

    public async Task ListAsync(ApiCall call)
    {
        var webhook = await WebhookOfPath.FindAsync(store, call).ConfigureAwait(false);
        var limit = Paging.Limit(call);
        var page = await Paging.ReadAsync(
            cursor => store.DeliveriesAsync(webhook.Id, cursor, limit, call.Aborted), call.Query("cursor")).ConfigureAwait(false);
        await Paging.SendAsync(call, [.. page.Items.Select(DeliveryAnswer.Of)], page.NextCursor, ApiJson.Default.DeliveryAnswer)
            .ConfigureAwait(false);
    }

    public async Task TestAsync(ApiCall call)
    {
        var webhook = await WebhookOfPath.FindAsync(store, call).ConfigureAwait(false);
        await SendAsync(call, WebhookMessages.Test(webhook, Now)).ConfigureAwait(false);
    }

    public async Task RedeliverAsync(ApiCall call)
    {
        var webhook = await WebhookOfPath.FindAsync(store, call).ConfigureAwait(false);
        var id = call.Path("delivery_id");
        var delivery = await store.FindDeliveryAsync(webhook.Id, id, call.Aborted).ConfigureAwait(false)
            ?? throw new ProblemException(new Problem(ProblemCode.DeliveryNotFound, $"There is no delivery {id} of this webhook."));
        await SendAsync(call, WebhookMessages.Again(delivery, Now)).ConfigureAwait(false);
    }

    private async Task SendAsync(ApiCall call, Delivery delivery)
    {
        await store.AddDeliveryAsync(delivery, call.Aborted).ConfigureAwait(false);
        await JsonReply.SendAsync(call.Http, StatusCodes.Status202Accepted, DeliveryAnswer.Of(delivery), ApiJson.Default.DeliveryAnswer)
            .ConfigureAwait(false);
    }
}
