namespace Metering.Api;

/// <summary>
/// What an attempt means for its webhook and its delivery as they are by then: while it was made, an operator may have changed the webhook,
/// and another delivery may have been given up. Both hosts decide by it, each in the step that keeps the webhook.
/// </summary>
/// <param name="Webhook">The webhook as it is to be; the very same object where nothing changes.</param>
/// <param name="Delivery">The delivery as it is to be.</param>
public sealed record AttemptOutcome(Webhook Webhook, Delivery Delivery)
{
    /// <summary>What an attempt comes to.</summary>
    /// <param name="present">The webhook as it is.</param>
    /// <param name="tried">The webhook that the delivery was tried with.</param>
    /// <param name="attempted">The delivery after the attempt.</param>
    /// <param name="retryHours">For how long deliveries are tried.</param>
    /// <param name="now">Now, UTC.</param>
    public static AttemptOutcome Of(Webhook present, Webhook tried, Delivery attempted, int retryHours, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(present);
        ArgumentNullException.ThrowIfNull(tried);
        ArgumentNullException.ThrowIfNull(attempted);
        return attempted.Status switch
        {
            // The receiver that failed is not the one that the webhook names by now: that one is tried at once, and for all of its hours.
            DeliveryStatus.Failed when present.DisabledReason is null && present.Url != tried.Url =>
                new(present, attempted with { Status = DeliveryStatus.Pending, NextAttemptAt = now, FirstAttemptAt = now }),
            DeliveryStatus.Failed => new(present.Disable(WebhookMessages.WhyDisabled(attempted, retryHours), now, attempted.Id), attempted),

            // What waited for the webhook was given up when it was disabled; this was under way then.
            DeliveryStatus.Pending when present.DisabledReason is { } reason => new(present, attempted.GiveUp(reason)),
            _ => new(present, attempted),
        };
    }
}
