namespace Metering.Client.Admin;

/// <summary>How a webhook gets on.</summary>
public sealed record WebhookHealth
{
    /// <summary>By which operators name it.</summary>
    public required string Id { get; init; }

    /// <summary>The receiver.</summary>
    public required string Url { get; init; }

    /// <summary>Whether signals are delivered to it.</summary>
    public bool Enabled { get; init; }

    /// <summary>Why not, where they are not.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>Since when not, UTC.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Deliveries that wait, those that are tried again included.</summary>
    public required BoundedCount Waiting { get; init; }

    /// <summary>The last failure among its latest deliveries; null: there is none.</summary>
    public WebhookFailure? LastFailure { get; init; }
}
