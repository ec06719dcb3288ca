namespace Metering;

/// <summary>An event that can't be counted.</summary>
/// <param name="Event">The event.</param>
/// <param name="Code">Why: one of <see cref="RefusalCode"/>, or <see cref="IntakeResult.Busy"/>.</param>
/// <param name="Detail">Why, for people.</param>
/// <param name="Pointer">The event's field at fault, as a JSON pointer; null when it is none.</param>
public sealed record RejectedEvent(UsageEvent Event, string Code, string Detail, string? Pointer = null);
