namespace Metering.Client;

/// <summary>A lease that was asked for. It is noted first, so that after a crash the same request gets the same lease.</summary>
/// <param name="Key">The request's <c>Idempotency-Key</c>.</param>
/// <param name="Amount">Units.</param>
/// <param name="Seconds">How long it is to stand.</param>
/// <param name="At">When it was asked for by this machine's clock, UTC.</param>
/// <param name="Fingerprint">
/// The machine that asked; null where an older version noted it. It is noted because the same key is refused with another body, and the
/// machine that goes on may have another name, as a container has after each start.
/// </param>
internal sealed record AskedLease(string Key, long Amount, long Seconds, DateTimeOffset At, string? Fingerprint = null);
