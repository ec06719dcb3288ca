namespace Metering.Client;

/// <summary>What a check asks.</summary>
internal sealed record CheckBody(string FeatureCode, decimal Amount, string? Key);
