namespace Metering.Client;

/// <summary>One reset interval.</summary>
/// <param name="Start">First instant, UTC.</param>
/// <param name="End">First instant after it, UTC; null for a period that never ends.</param>
public sealed record UsagePeriod(DateTimeOffset Start, DateTimeOffset? End);
