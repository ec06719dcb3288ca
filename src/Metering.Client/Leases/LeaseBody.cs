namespace Metering.Client;

/// <summary>Body of a new lease.</summary>
internal sealed record LeaseBody(string FeatureCode, decimal Amount, long TtlSeconds, string Fingerprint);
