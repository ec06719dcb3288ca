namespace Metering.Api;

/// <summary>How many uses and events one minute brought.</summary>
/// <param name="Start">When the minute begins, UTC.</param>
/// <param name="Counted">How many were counted.</param>
/// <param name="Duplicates">How many had been counted before.</param>
/// <param name="NotCounted">How many were refused, rejected or kept as dead letters.</param>
public sealed record EventMinute(DateTimeOffset Start, long Counted, long Duplicates, long NotCounted);
