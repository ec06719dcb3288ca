namespace Metering.Client;

/// <summary>What the meter says of a new lease.</summary>
internal sealed record LeaseAnswer(string Id, string FeatureCode, decimal Amount, DateTimeOffset ExpiresAt, string Token);
