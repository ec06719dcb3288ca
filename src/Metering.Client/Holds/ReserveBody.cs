namespace Metering.Client;

/// <summary>Body of a new reservation.</summary>
internal sealed record ReserveBody(string FeatureCode, decimal Amount, long TtlSeconds);
