namespace MeterFunctions.Webhooks;

/// <summary>Who sends what waits for a webhook about a license. What waits is in <see cref="TableDeliveries"/>.</summary>
/// <param name="Running">The orchestration that sends it; null when there is none.</param>
/// <param name="HasMore">Whether more was announced since it began: it may have seen the end of the queue before.</param>
/// <param name="LookedAt">
/// When it was begun or looked for last, UTC; null where an earlier version has written the state, and then it is looked for.
/// </param>
/// <param name="IsMissing">Whether it was not there when it was looked for.</param>
public sealed record QueueState(string? Running, bool HasMore, DateTimeOffset? LookedAt = null, bool IsMissing = false)
{
    /// <summary>Nobody sends.</summary>
    public static readonly QueueState Empty = new(null, false);
}
