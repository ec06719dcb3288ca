namespace Metering.Client;

/// <summary>
/// An event that the meter did not count. It is in the meter's list of dead letters, from where an operator can try it again. If the meter
/// did not keep it, it is in <c>rejected.ndjson</c> in the queue directory: one for another tenant than the token's, for instance.
/// </summary>
/// <param name="EventId">The event's id; null when the meter could not read it (a damaged disk).</param>
/// <param name="Code">Why, as a code.</param>
/// <param name="Detail">Why, in a sentence.</param>
public sealed record RejectedEvent(string? EventId, string Code, string Detail);
