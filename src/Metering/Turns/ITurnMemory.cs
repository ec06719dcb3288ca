namespace Metering;

/// <summary>
/// Where a host keeps what it remembers of one license's commands (rule 8). <see cref="Turn"/> asks only for what a decision needs, so that
/// a host may look in its store. Implement it as a struct where a turn must cost no allocation.
/// </summary>
public interface ITurnMemory
{
    /// <summary>
    /// The command that was counted with an idempotency key; null when there is none. It may be older than the memory reaches.
    /// </summary>
    Remembered? FindByKey(string key);

    /// <summary>The command that was counted with an event id; null when there is none. It may be older than the memory reaches.</summary>
    Remembered? FindByEvent(string eventId);
}
