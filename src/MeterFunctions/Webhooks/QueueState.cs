namespace MeterFunctions.Webhooks;

/// <summary>Who sends what waits for a webhook about a license. What waits is in <see cref="TableDeliveries"/>.</summary>
/// <param name="Running">The orchestration that sends it; null when there is none.</param>
/// <param name="HasMore">Whether more was announced since it began: it may have seen the end of the queue before.</param>
public sealed record QueueState(string? Running, bool HasMore)
{
    /// <summary>Nobody sends.</summary>
    public static readonly QueueState Empty = new(null, false);
}
