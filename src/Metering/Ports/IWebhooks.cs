namespace Metering;

/// <summary>Keeps webhooks and their deliveries. Making deliveries of signals, and sending them, is the host's own work.</summary>
public interface IWebhooks
{
    /// <summary>All webhooks, oldest first; at most <see cref="Webhook.MaxCount"/>.</summary>
    ValueTask<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A webhook; null when there is none.</summary>
    ValueTask<Webhook?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Adds a webhook; durable when it returns. One that is there with the same id stays as it is.</summary>
    /// <returns>The webhook with that id; null when there are as many as a host keeps.</returns>
    ValueTask<Webhook?> AddAsync(Webhook webhook, CancellationToken cancellationToken);

    /// <summary>
    /// Changes a webhook, one change at a time, so that none takes back what another did; durable when it returns.
    /// <paramref name="change"/> must be pure: it may be called again when another change came first. What it returns as it was is not
    /// written.
    /// </summary>
    /// <returns>The webhook as it is then; null when there is none.</returns>
    ValueTask<Webhook?> ChangeAsync(string id, Func<Webhook, Webhook> change, CancellationToken cancellationToken);

    /// <summary>Forgets a webhook and its deliveries.</summary>
    ValueTask RemoveAsync(string id, CancellationToken cancellationToken);

    /// <summary>Adds a delivery to be sent; durable when it returns. One that is there with the same id stays as it is.</summary>
    ValueTask AddDeliveryAsync(Delivery delivery, CancellationToken cancellationToken);

    /// <summary>A delivery; null when there is none.</summary>
    ValueTask<Delivery?> FindDeliveryAsync(string webhookId, string deliveryId, CancellationToken cancellationToken);

    /// <summary>Deliveries of a webhook, newest first.</summary>
    /// <exception cref="FormatException">The cursor is not one that this list gave.</exception>
    ValueTask<Page<Delivery>> DeliveriesAsync(string webhookId, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>How many deliveries of a webhook wait; where they are more than <paramref name="most"/>, that many.</summary>
    ValueTask<int> CountWaitingAsync(string webhookId, int most, CancellationToken cancellationToken);
}
