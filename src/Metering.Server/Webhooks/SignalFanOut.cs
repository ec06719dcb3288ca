using Metering.Api;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Webhooks;

/// <summary>Makes deliveries of signals, one for each webhook that wants them (rule 11).</summary>
internal sealed class SignalFanOut(ISignalOutbox outbox, DeliveryQueue queue, ILogger logger)
{
    private const int BatchSize = 500;

    /// <summary>Makes deliveries of the signals that wait; false when none does.</summary>
    /// <param name="webhooks">All webhooks.</param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task<bool> RunAsync(IReadOnlyList<Webhook> webhooks, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var signals = await outbox.ReadAsync(queue.ReadOutboxPosition(), BatchSize, cancellationToken);
        if (signals.Count == 0)
        {
            return false;
        }

        foreach (var webhook in
            webhooks.Where(webhook => webhook.DisabledReason is null && queue.Pending(webhook.Id) >= DeliveryQueue.MaxPending))
        {
            var reason = $"More than {DeliveryQueue.MaxPending} deliveries wait for it.";
            if (queue.Disable(webhook.Id, reason, now))
            {
                logger.WebhookDisabled(webhook.Disable(reason, now));
            }
        }

        // Removed only when their deliveries are durable. After a crash in between they are there still, and the position says that they
        // are done.
        queue.AddFromOutbox(signals, now);
        await outbox.RemoveThroughAsync(signals[^1].Position);
        return true;
    }
}
