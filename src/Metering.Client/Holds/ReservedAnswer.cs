namespace Metering.Client;

/// <summary>What the meter says of a new reservation.</summary>
internal sealed record ReservedAnswer(string Id, string FeatureCode, decimal Amount, DateTimeOffset ExpiresAt);
