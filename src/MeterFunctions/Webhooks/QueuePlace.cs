namespace MeterFunctions.Webhooks;

/// <summary>How far a sweep of the webhooks' queues has come.</summary>
/// <param name="WebhookId">The webhook at which it stands; null at the beginning.</param>
/// <param name="LicenseKey">The last queue of it that was looked at, by its license; null when none was.</param>
public sealed record QueuePlace(string? WebhookId, string? LicenseKey)
{
    /// <summary>The beginning.</summary>
    public static readonly QueuePlace Start = new(null, null);
}
