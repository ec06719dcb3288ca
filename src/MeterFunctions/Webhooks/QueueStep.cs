namespace MeterFunctions.Webhooks;

/// <summary>What one attempt came to, for the orchestration that goes on from there.</summary>
/// <param name="IsEmpty">Whether nothing waits any more.</param>
/// <param name="NextAttemptAt">When the next attempt is due, UTC; null: now.</param>
public sealed record QueueStep(bool IsEmpty, DateTimeOffset? NextAttemptAt)
{
    /// <summary>Nothing waits any more.</summary>
    public static readonly QueueStep Empty = new(true, null);

    /// <summary>The next one may go out.</summary>
    public static readonly QueueStep GoOn = new(false, null);
}
