namespace MeterFunctions.Webhooks;

/// <summary>What one attempt came to, for the orchestration that goes on from there.</summary>
/// <param name="IsEmpty">Whether nothing waits any more.</param>
/// <param name="NextAttemptAt">When the next attempt is due, UTC; null: now.</param>
/// <param name="IsFull">Whether no attempt was made, because as many as may be are under way to the webhook.</param>
public sealed record QueueStep(bool IsEmpty, DateTimeOffset? NextAttemptAt, bool IsFull = false)
{
    /// <summary>Nothing waits any more.</summary>
    public static readonly QueueStep Empty = new(true, null);

    /// <summary>The next one may go out.</summary>
    public static readonly QueueStep GoOn = new(false, null);

    /// <summary>No attempt was made; it is to be asked for again.</summary>
    public static readonly QueueStep Full = new(false, null, IsFull: true);
}
