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
    /// <param name="again">When, UTC.</param>
    // The time is said as for any attempt. An orchestrator of an earlier version then does the same as this one, and while both run, either
    // may go on with what the other began.
    public static QueueStep Full(DateTimeOffset again) => new(false, again, IsFull: true);
}
