using System.Collections.Concurrent;

namespace Metering.Api.Tests.Memory;

/// <summary>Webhooks in memory; nothing is sent.</summary>
internal sealed class MemoryWebhooks : IWebhooks
{
    private readonly ConcurrentDictionary<string, Webhook> _webhooks = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Delivery> _deliveries = new(StringComparer.Ordinal);

    /// <summary>Thrown when the next delivery is added; null: none.</summary>
    public Exception? DeliveryFault { get; set; }

    public ValueTask<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<Webhook>>(
            [.. _webhooks.Values.OrderBy(webhook => webhook.CreatedAt).ThenBy(webhook => webhook.Id, StringComparer.Ordinal)]);

    public ValueTask<Webhook?> FindAsync(string id, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_webhooks.GetValueOrDefault(id));

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
        foreach (var delivery in _deliveries.Values.Where(delivery => delivery.WebhookId == id))
        {
            _deliveries.TryRemove(delivery.Id, out _);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask AddDeliveryAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (DeliveryFault is { } fault)
        {
            DeliveryFault = null;
            throw fault;
        }

        _deliveries.TryAdd(delivery.Id, delivery);
        return ValueTask.CompletedTask;
    }

    public ValueTask<Delivery?> FindDeliveryAsync(string webhookId, string deliveryId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_deliveries.TryGetValue(deliveryId, out var delivery) && delivery.WebhookId == webhookId ? delivery : null);

    public ValueTask<int> CountWaitingAsync(string webhookId, int most, CancellationToken cancellationToken) => ValueTask.FromResult(
        _deliveries.Values.Where(one => one.WebhookId == webhookId && one.Status == DeliveryStatus.Pending).Take(most).Count());

    public ValueTask<Page<Delivery>> DeliveriesAsync(string webhookId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var list = $"deliveries {webhookId}";
        var before = cursor is null ? "~" : PageCursor.Read(list, cursor);
        var part = _deliveries.Values
            .Where(delivery => delivery.WebhookId == webhookId && string.CompareOrdinal(delivery.Id, before) < 0)
            .OrderByDescending(delivery => delivery.Id, StringComparer.Ordinal).Take(limit + 1).ToList();
        return ValueTask.FromResult(part.Count > limit
            ? new Page<Delivery>(part[..limit], PageCursor.After(list, part[limit - 1].Id))
            : new Page<Delivery>(part, null));
    }
}
