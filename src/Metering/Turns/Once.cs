namespace Metering;

/// <summary>By what a command is recognized when it comes again (rule 8).</summary>
/// <param name="Key">The <c>Idempotency-Key</c>; null when there was none.</param>
/// <param name="BodyHash">Hash of what was asked with the key: the same key with another hash is an error.</param>
/// <param name="EventId">The event's id; null when there was none.</param>
public sealed record Once(string? Key, string? BodyHash, string? EventId)
{
    /// <summary>A command recognized by its key.</summary>
    public static Once ByKey(string key, string bodyHash, string? eventId = null) => new(key, bodyHash, eventId);

    /// <summary>An event recognized by its id.</summary>
    public static Once ByEvent(string eventId) => new(null, null, eventId);
}
