namespace Metering.Client;

/// <summary>When a queue's records are sent.</summary>
/// <param name="BatchRecords">A batch has at most so many; so many waiting are sent at once.</param>
/// <param name="BatchBytes">A batch has at most so many bytes, but at least one record.</param>
/// <param name="MaxDelay">The longest that a record waits for others.</param>
/// <param name="Farewell">How long the end tries to send what waits.</param>
internal sealed record QueueSenderOptions(int BatchRecords, int BatchBytes, TimeSpan MaxDelay, TimeSpan Farewell);
