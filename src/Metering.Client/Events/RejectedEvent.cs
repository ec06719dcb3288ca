namespace Metering.Client;

/// <summary>
/// An event that the meter did not count. The meter keeps it as a dead letter, which an operator can retry. If it doesn't (for example an
/// event for another tenant than the token's), the client writes it to <c>rejected.ndjson</c> in the queue directory.
/// </summary>
/// <param name="EventId">The event's id; null when the meter could not read it (a damaged disk).</param>
/// <param name="Code">Why, as a code.</param>
/// <param name="Detail">Why, in a sentence.</param>
public sealed record RejectedEvent(string? EventId, string Code, string Detail);
