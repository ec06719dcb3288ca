using System.Text.Json;

namespace Metering.Client;

/// <summary>Body of a consume or a report.</summary>
internal sealed record UseBody(
    string FeatureCode,
    decimal Amount,
    string? Key,
    string? EventId,
    string? Fingerprint,
    string? UserId,
    JsonElement? Metadata,
    bool? AllowPartial,
    DateTimeOffset? OccurredAt);
