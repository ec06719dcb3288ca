using System.Collections.Concurrent;

namespace Metering.Api.Tests.Memory;

/// <summary>Webhooks in memory; nothing is sent.</summary>
internal sealed class MemoryWebhooks : IWebhooks
{
    private readonly ConcurrentDictionary<string, Webhook> _webhooks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Delivery> _deliveries = new(StringComparer.Ordinal);

    public ValueTask<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<Webhook>>([.. _webhooks.Values.OrderBy(webhook => webhook.CreatedAt)]);

    public ValueTask<Webhook?> FindAsync(string id, CancellationToken cancellationToken) => ValueTask.FromResult(_webhooks.GetValueOrDefault(id));

    public ValueTask<Webhook?> AddAsync(Webhook webhook, CancellationToken cancellationToken) => ValueTask.FromResult<Webhook?>(
        _webhooks.Count < Webhook.MaxCount || _webhooks.ContainsKey(webhook.Id) ? _webhooks.GetOrAdd(webhook.Id, webhook) : null);

    public ValueTask<Webhook?> ChangeAsync(string id, Func<Webhook, Webhook> change, CancellationToken cancellationToken)
    {
        lock (_webhooks)
        {
            // Twice, as a store may when another change came first.
            if (_webhooks.TryGetValue(id, out var before))
            {
                change(before);
                _webhooks[id] = change(before);
            }

            return ValueTask.FromResult(_webhooks.GetValueOrDefault(id));
        }
    }

    public ValueTask RemoveAsync(string id, CancellationToken cancellationToken)
    {
        _webhooks.TryRemove(id, out _);
        return ValueTask.CompletedTask;
    }

    public ValueTask AddDeliveryAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        _deliveries[delivery.Id] = delivery;
        return ValueTask.CompletedTask;
    }

    public ValueTask<Delivery?> FindDeliveryAsync(string webhookId, string deliveryId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_deliveries.TryGetValue(deliveryId, out var delivery) && delivery.WebhookId == webhookId ? delivery : null);

    public ValueTask<Page<Delivery>> DeliveriesAsync(string webhookId, string? cursor, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new Page<Delivery>(
            [.. _deliveries.Values.Where(delivery => delivery.WebhookId == webhookId).OrderByDescending(delivery => delivery.Id, StringComparer.Ordinal).Take(limit)],
            null));
}
