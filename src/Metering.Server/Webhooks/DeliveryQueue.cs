using Metering.Api;

namespace Metering.Server.Webhooks;

/// <summary>What waits to be sent, for the dispatcher: made of signals, found when it is due, and kept after each attempt.</summary>
internal sealed class DeliveryQueue(WebhookFile file)
{
    /// <summary>Most deliveries that may wait for one webhook; one that is further behind is disabled.</summary>
    internal const int MaxPending = 100_000;

    /// <summary>Up to where the outbox has been made into deliveries.</summary>
    internal long ReadOutboxPosition() => file.InTransaction(WebhookFile.ReadOutboxPosition);

    /// <summary>
    /// Makes deliveries of signals and keeps up to where the outbox is done with, in one transaction: each signal is delivered for once.
    /// </summary>
    /// <param name="signals">The signals, in the order of their places.</param>
    /// <param name="now">Now, UTC.</param>
    internal void AddFromOutbox(IReadOnlyList<OutboxSignal> signals, DateTimeOffset now) => file.InTransaction(database =>
    {
        var (webhooks, since) = (WebhookRows.List(database), WebhookRows.Since(database));
        foreach (var signal in signals)
        {
            // None from before a webhook was made: its receiver would be told of what happened before anybody asked for it.
            var there = webhooks.Where(webhook => since[webhook.Id] < signal.Position);
            foreach (var delivery in WebhookMessages.Of(signal.Signal, there, now))
            {
                DeliveryRows.Add(database, delivery);
            }
        }

        file.WriteOutboxPosition(database, signals[^1].Position);
        return true;
    });

    /// <summary>How many deliveries wait for a webhook.</summary>
    internal long Pending(string webhookId) => file.InTransaction(database => DeliveryRows.CountWaiting(database, webhookId));

    /// <summary>Deliveries of a webhook that are due, the longest due first.</summary>
    internal IReadOnlyList<Delivery> Due(string webhookId, DateTimeOffset now, int limit) =>
        file.InTransaction(database =>
        {
            DeliveryRows.BringNear(database, webhookId, now, DeliverySchedule.MaxWait);
            return DeliveryRows.Due(database, webhookId, now, limit);
        });

    /// <summary>
    /// A delivery that is due still, with its webhook as it is now; null when it has ended, its time has not come, or nothing is delivered
    /// to the webhook any more. Whoever looked for what is due asks for this before each attempt: what was due a moment ago may have ended
    /// since.
    /// </summary>
    internal (Webhook Webhook, Delivery Delivery)? FindDue(string deliveryId, DateTimeOffset now) =>
        file.InTransaction<(Webhook, Delivery)?>(database =>
        DeliveryRows.FindDue(database, deliveryId, now) is { } delivery
            && WebhookRows.Find(database, delivery.WebhookId) is { DisabledReason: null } webhook
            ? (webhook, delivery)
            : null);

    /// <summary>
    /// Keeps what came of an attempt. When the delivery has ended, the license's next one is due; when it was given up, its webhook is
    /// disabled in the same transaction, so that nothing more is sent to it and the others are told once.
    /// </summary>
    /// <param name="attempted">The delivery after the attempt.</param>
    /// <param name="tried">The webhook that it was tried with.</param>
    /// <param name="retryHours">For how long deliveries are tried.</param>
    /// <param name="now">Now, UTC.</param>
    /// <returns>The webhook, if this disabled it; else null.</returns>
    internal Webhook? Keep(Delivery attempted, Webhook tried, int retryHours, DateTimeOffset now) => file.InTransaction(database =>
    {
        // As it is now: writing back what was read before the attempt would lose a URL or secret that was set since, or bring back a
        // webhook that was deleted.
        if (WebhookRows.Find(database, tried.Id) is not { } present)
        {
            return null;
        }

        var (webhook, delivery) = AttemptOutcome.Of(present, tried, attempted, retryHours, now);
        DeliveryRows.Keep(database, delivery);
        if (delivery.Status != DeliveryStatus.Pending)
        {
            DeliveryRows.StartNext(database, delivery, now);
        }

        if (ReferenceEquals(webhook, present))
        {
            return null;
        }

        Disable(database, webhook);
        return webhook;
    });

    /// <summary>Disables a webhook for a reason that is no delivery's; false when it is disabled already or gone.</summary>
    internal bool Disable(string id, string reason, DateTimeOffset now) => file.InTransaction(database =>
    {
        if (WebhookRows.Find(database, id) is not { DisabledReason: null } present)
        {
            return false;
        }

        Disable(database, present.Disable(reason, now));
        return true;
    });

    /// <summary>Forgets deliveries that ended long ago; true when there may be more of them.</summary>
    internal bool Forget(DateTimeOffset before, int limit) =>
        file.InTransaction(database => DeliveryRows.Forget(database, before, limit) == limit);

    // What waits for the webhook is given up with it, and can be redelivered.
    private static void Disable(Storage.Database database, Webhook disabled)
    {
        WebhookRows.Put(database, disabled);
        foreach (var delivery in DeliveryRows.Waiting(database, disabled.Id))
        {
            DeliveryRows.Keep(database, delivery.GiveUp(disabled.DisabledReason!));
        }

        foreach (var delivery in WebhookMessages.Disabled(disabled, WebhookRows.List(database)))
        {
            DeliveryRows.Add(database, delivery);
        }
    }
}
