namespace Metering;

/// <summary>A secret that signs deliveries.</summary>
/// <param name="Value">The secret as Standard Webhooks writes it: <c>whsec_</c> and base64.</param>
/// <param name="ExpiresAt">Until when it signs, UTC; null: as long as it is the newest.</param>
public sealed record WebhookSecret(string Value, DateTimeOffset? ExpiresAt);
