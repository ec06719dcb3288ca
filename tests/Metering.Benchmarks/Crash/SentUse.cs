namespace Metering.Benchmarks;

/// <summary>What a request counts on a license.</summary>
/// <param name="License">The license.</param>
/// <param name="Id">The idempotency key or the event id.</param>
/// <param name="Amount">How much.</param>
internal sealed record SentUse(LoadedLicense License, string Id, int Amount);
