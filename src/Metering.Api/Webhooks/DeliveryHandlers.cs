using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Deliveries of a webhook: listed, tried, sent once more.</summary>
internal sealed class DeliveryHandlers(IWebhooks store, RememberedCalls calls, JsonBodies bodies, TimeProvider time)
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
        var remembered = await RememberedAsync(call).ConfigureAwait(false);
        if (remembered is not null && await remembered.ReplayCreationAsync().ConfigureAwait(false))
        {
            return;
        }

        var webhook = await WebhookOfPath.FindAsync(store, call).ConfigureAwait(false);
        await SendAsync(call, remembered, WebhookMessages.Test(webhook, Now)).ConfigureAwait(false);
    }

    public async Task RedeliverAsync(ApiCall call)
    {
        var remembered = await RememberedAsync(call).ConfigureAwait(false);
        if (remembered is not null && await remembered.ReplayCreationAsync().ConfigureAwait(false))
        {
            return;
        }

        var webhook = await WebhookOfPath.FindAsync(store, call).ConfigureAwait(false);
        var id = call.Path("delivery_id");
        var delivery = await store.FindDeliveryAsync(webhook.Id, id, call.Aborted).ConfigureAwait(false)
            ?? throw new ProblemException(new Problem(ProblemCode.DeliveryNotFound, $"There is no delivery {id} of this webhook."));
        await SendAsync(call, remembered, WebhookMessages.Again(delivery, Now)).ConfigureAwait(false);
    }

    // By the webhook, so that the same key for another of its deliveries is told to be another request.
    private async ValueTask<RememberedCall?> RememberedAsync(ApiCall call) => calls.Of(
        call, await bodies.ReadAsync(call, ApiJson.Default.EmptyRequest, EmptyRequest.Value).ConfigureAwait(false), call.Path("id"));

    private async Task SendAsync(ApiCall call, RememberedCall? remembered, Delivery delivery)
    {
        var isRepeat = false;
        if (remembered is not null)
        {
            (var id, isRepeat) = await remembered.IdAsync(() => delivery.Id).ConfigureAwait(false);
            if (isRepeat && await remembered.ReplayAsync().ConfigureAwait(false))
            {
                return;
            }

            delivery = delivery with { Id = id };
        }

        await store.AddDeliveryAsync(delivery, call.Aborted).ConfigureAwait(false);
        if (isRepeat)
        {
            // The first request has added it, unless it failed before that; then its answer was lost.
            delivery = await store.FindDeliveryAsync(delivery.WebhookId, delivery.Id, call.Aborted).ConfigureAwait(false) ?? delivery;
            Answers.MarkReplayed(call);
        }

        await RememberedCall.SendAsync(
            call, remembered, StatusCodes.Status202Accepted, DeliveryAnswer.Of(delivery), ApiJson.Default.DeliveryAnswer)
            .ConfigureAwait(false);
    }
}
