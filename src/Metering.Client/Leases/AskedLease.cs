namespace Metering.Client;

/// <summary>A lease that was asked for. It is noted first, so that after a crash the same request gets the same lease.</summary>
/// <param name="Key">The request's <c>Idempotency-Key</c>.</param>
/// <param name="Amount">Units.</param>
/// <param name="Seconds">How long it is to stand.</param>
/// <param name="At">When it was asked for by this machine's clock, UTC.</param>
internal sealed record AskedLease(string Key, long Amount, long Seconds, DateTimeOffset At);
