using System.Collections.Concurrent;

namespace Metering.Server.Webhooks;

/// <summary>
/// The attempts that are under way: one at a time for each delivery, and a bounded number for each webhook, so that no receiver is flooded.
/// </summary>
/// <param name="max">Most attempts at once for one webhook.</param>
internal sealed class DeliveryAttempts(int max)
{
    private readonly ConcurrentDictionary<string, int> _ofWebhook = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _ofDelivery = new(StringComparer.Ordinal);

    /// <summary>How many were started.</summary>
    internal int Started { get; private set; }

    /// <summary>Waits for all that are under way.</summary>
    internal Task WaitAsync() => Task.WhenAll(_ofDelivery.Values);

    /// <summary>Starts attempts for a webhook, as far as it has room.</summary>
    /// <param name="webhookId">The webhook.</param>
    /// <param name="due">Deliveries that are due, as many as are asked for.</param>
    /// <param name="attempt">Makes one attempt. It must not fail, for nobody waits for it.</param>
    /// <param name="ended">Told after each attempt.</param>
    internal void Start(string webhookId, Func<int, IReadOnlyList<Delivery>> due, Func<Delivery, Task> attempt, Action ended)
    {
        var room = max - _ofWebhook.GetValueOrDefault(webhookId);
        if (room <= 0)
        {
            return;
        }

        // Those that are under way are still due in the store, so as many more are asked for.
        foreach (var delivery in due(max + room).Where(delivery => !_ofDelivery.ContainsKey(delivery.Id)).Take(room).ToList())
        {
            Start(delivery, attempt, ended);
        }
    }

    private void Start(Delivery delivery, Func<Delivery, Task> attempt, Action ended)
    {
        Started++;

        // Noted before it starts, so that it cannot end before it is noted.
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ofDelivery[delivery.Id] = done.Task;
        _ofWebhook.AddOrUpdate(delivery.WebhookId, 1, (_, count) => count + 1);
        _ = Task.Run(
            async () =>
            {
                try
                {
                    await attempt(delivery);
                }
                finally
                {
                    _ofWebhook.AddOrUpdate(delivery.WebhookId, 0, (_, count) => count - 1);
                    _ofDelivery.TryRemove(delivery.Id, out _);
                    done.SetResult();
                    ended();
                }
            },
            // A task that is cancelled before it runs would never end its entry, and the wait for all attempts would not end.
            CancellationToken.None);
    }
}
