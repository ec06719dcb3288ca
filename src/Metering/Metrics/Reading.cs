namespace Metering;

/// <summary>A reading of a total or a gauge.</summary>
/// <param name="Value">What was read; zero or more.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Name">A name for people, such as a machine's; null when it has none.</param>
public sealed record Reading(decimal Value, DateTimeOffset At, string? Name = null);
