namespace Metering.Client.Admin;

/// <summary>The last delivery to a webhook that failed.</summary>
public sealed record WebhookFailure
{
    /// <summary>By which it is sent again.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>When it was, UTC.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The receiver's status; null when it gave none.</summary>
    public int? Status { get; init; }

    /// <summary>Why, for people.</summary>
    public required string Error { get; init; }
}
