namespace Metering.Client.Admin;

/// <summary>An event of a batch that could not be counted.</summary>
/// <param name="Index">Its place in the batch, from 0.</param>
/// <param name="EventId">Its id; null when it could not be read.</param>
/// <param name="Code">Why, as a code.</param>
/// <param name="Detail">Why, for people.</param>
/// <param name="DeadLetterId">Where the meter keeps it; null when it does not.</param>
public sealed record UncountedEvent(int Index, string? EventId, string Code, string Detail, string? DeadLetterId);
