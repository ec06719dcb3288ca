namespace Metering;

/// <summary>An event that could not be counted.</summary>
/// <param name="Id">The letter's id; ids rise with time.</param>
/// <param name="ReceivedAt">When it came, UTC.</param>
/// <param name="Code">Why, as a code.</param>
/// <param name="Detail">Why, for people.</param>
/// <param name="Payload">The event as it came, at most 64 KiB of it.</param>
public sealed record DeadLetter(string Id, DateTimeOffset ReceivedAt, string Code, string Detail, string Payload);
