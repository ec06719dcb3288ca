namespace Metering.Api;

/// <summary>
/// What a delivery that was given up means for its webhook as it is by then: while it was tried, an operator may have changed the webhook,
/// and another delivery may have been given up.
/// </summary>
public static class GivenUp
{
    /// <summary>The webhook as it is to be: disabled, if it still is the receiver that the delivery was tried with.</summary>
    /// <param name="present">The webhook as it is.</param>
    /// <param name="tried">The webhook that the delivery was tried with.</param>
    /// <param name="failed">The delivery.</param>
    /// <param name="retryHours">For how long deliveries are tried.</param>
    /// <param name="now">Now, UTC.</param>
    public static Webhook Settle(Webhook present, Webhook tried, Delivery failed, int retryHours, DateTimeOffset now) =>
        HasMoved(present, tried)
        ? present
        : present.Disable(WebhookMessages.WhyDisabled(failed, retryHours), now, failed.Id);

    /// <summary>The delivery as it is to be: tried once more at once where the receiver has another URL by now.</summary>
    /// <param name="present">The webhook as it is.</param>
    /// <param name="tried">The webhook that the delivery was tried with.</param>
    /// <param name="failed">The delivery.</param>
    /// <param name="now">Now, UTC.</param>
    public static Delivery Settle(Webhook present, Webhook tried, Delivery failed, DateTimeOffset now) => HasMoved(present, tried)
        ? failed with { Status = DeliveryStatus.Pending, NextAttemptAt = now }
        : failed;

    private static bool HasMoved(Webhook present, Webhook tried) => present.DisabledReason is null && present.Url != tried.Url;
}
