namespace Metering.Api;

/// <summary>The last attempt to deliver that failed, among a webhook's latest deliveries.</summary>
/// <param name="DeliveryId">The delivery.</param>
/// <param name="At">When it was, UTC.</param>
/// <param name="Status">The receiver's status; null when it gave none.</param>
/// <param name="Error">Why, for people.</param>
public sealed record WebhookFailure(string DeliveryId, DateTimeOffset? At, int? Status, string Error);
