namespace Metering.Server.Webhooks;

/// <summary>Webhooks and their deliveries, as operators see and change them. What is to be sent is in its <see cref="Queue"/>.</summary>
internal sealed class WebhookStore : IWebhooks, IDisposable
{
    private readonly WebhookFile _file;
    private readonly ISignalOutbox? _outbox;

    /// <summary>Opens the file, which is made when it is missing.</summary>
    /// <param name="file">The file.</param>
    /// <param name="generation">The generation of <c>meter.db</c> that it goes along with; null where there is none.</param>
    /// <param name="outbox">Where signals wait, so that a webhook gets none from before it; null where there is none.</param>
    /// <param name="lockWait">How long to wait for a lock that another process holds; null: as long as files usually do.</param>
    internal WebhookStore(string file, Func<long>? generation = null, ISignalOutbox? outbox = null, TimeSpan? lockWait = null)
    {
        _outbox = outbox;
        _file = new WebhookFile(file, generation, lockWait);
        Queue = new DeliveryQueue(_file);
    }

    /// <summary>What is to be sent.</summary>
    internal DeliveryQueue Queue { get; }

    /// <summary>Says that there may be something to send.</summary>
    internal event Action? Added;

    public ValueTask<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(_file.InTransaction(WebhookRows.List));

    public ValueTask<Webhook?> FindAsync(string id, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_file.InTransaction(database => WebhookRows.Find(database, id)));

    public async ValueTask<Webhook?> AddAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        // Before the webhook is there: what is acknowledged from here on may count as later than it.
        var since = _outbox is null ? 0 : await _outbox.EndAsync();
        var kept = _file.InTransaction(database =>
        {
            if (WebhookRows.Find(database, webhook.Id) is { } known)
            {
                return known;
            }

            if (WebhookRows.List(database).Count >= Webhook.MaxCount)
            {
                return null;
            }

            WebhookRows.Add(database, webhook, since);
            return webhook;
        });

        // After the commit: before it the dispatcher would find nothing.
        Added?.Invoke();
        return kept;
    }

    public ValueTask<Webhook?> ChangeAsync(string id, Func<Webhook, Webhook> change, CancellationToken cancellationToken)
    {
        var changed = _file.InTransaction(database =>
        {
            if (WebhookRows.Find(database, id) is not { } before)
            {
                return null;
            }

            var after = change(before);
            if (!ReferenceEquals(before, after))
            {
                WebhookRows.Put(database, after);
            }

            return after;
        });
        Added?.Invoke();
        return ValueTask.FromResult(changed);
    }

    public ValueTask RemoveAsync(string id, CancellationToken cancellationToken)
    {
        _file.InTransaction(database =>
        {
            WebhookRows.Remove(database, id);
            return true;
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask AddDeliveryAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        _file.InTransaction(database =>
        {
            DeliveryRows.Add(database, delivery);
            return true;
        });
        Added?.Invoke();
        return ValueTask.CompletedTask;
    }

    public ValueTask<Delivery?> FindDeliveryAsync(string webhookId, string deliveryId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_file.InTransaction(database => DeliveryRows.Find(database, webhookId, deliveryId)));

    public ValueTask<Page<Delivery>> DeliveriesAsync(string webhookId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var before = cursor is null ? long.MaxValue : PageCursor.ReadNumber(ListOf(webhookId), cursor);
        var found = _file.InTransaction(database => DeliveryRows.Before(database, webhookId, before, limit + 1L));
        return ValueTask.FromResult(new Page<Delivery>(
            [.. found.Take(limit).Select(row => row.Delivery)],
            found.Count > limit ? PageCursor.After(ListOf(webhookId), found[limit - 1].Position) : null));
    }

    public ValueTask<int> CountWaitingAsync(string webhookId, int most, CancellationToken cancellationToken) =>
        ValueTask.FromResult((int)_file.InTransaction(database => DeliveryRows.CountWaiting(database, webhookId, most)));

    private static string ListOf(string webhookId) => "deliveries " + webhookId;

    public void Dispose() => _file.Dispose();
}
