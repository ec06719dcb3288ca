namespace Metering;

/// <summary>By what a command is recognized when it comes again (rule 8).</summary>
/// <param name="Key">The <c>Idempotency-Key</c>; null when there was none.</param>
/// <param name="BodyHash">Hash of what was asked with the key: the same key with another hash is an error. Null for an event.</param>
/// <param name="EventId">The event's id; null when there was none.</param>
public sealed record Once(string? Key, string? BodyHash, string? EventId)
{
    /// <summary>
    /// How many characters of a body's hash are kept and compared: 96 bits in hex, so that two bodies never meet by chance.
    /// </summary>
    public const int BodyHashLength = 24;

    /// <summary>Hash of what was asked with the key, its first <see cref="BodyHashLength"/> characters; null for an event.</summary>
    public string? BodyHash { get; init; } = BodyHash is { Length: > BodyHashLength } ? BodyHash[..BodyHashLength] : BodyHash;

    /// <summary>A command recognized by its key.</summary>
    public static Once ByKey(string key, string bodyHash, string? eventId = null) => new(key, bodyHash, eventId);

    /// <summary>An event recognized by its id.</summary>
    public static Once ByEvent(string eventId) => new(null, null, eventId);
}
