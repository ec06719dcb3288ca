namespace Metering.Api;

/// <summary>How a webhook does.</summary>
/// <param name="Id">The webhook.</param>
/// <param name="Url">The receiver.</param>
/// <param name="Enabled">Whether signals are delivered to it.</param>
/// <param name="DisabledReason">Why not, where they are not.</param>
/// <param name="DisabledAt">Since when not, UTC.</param>
/// <param name="Waiting">Deliveries that wait, those that are tried again included.</param>
/// <param name="LastFailure">The last failure among its latest deliveries; null: there is none.</param>
public sealed record WebhookHealth(
    string Id,
    string Url,
    bool Enabled,
    string? DisabledReason,
    DateTimeOffset? DisabledAt,
    BoundedCount Waiting,
    WebhookFailure? LastFailure);
