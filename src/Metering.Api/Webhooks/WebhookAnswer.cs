namespace Metering.Api;

/// <summary>A receiver of signals and how it stands.</summary>
public record WebhookAnswer
{
    /// <summary><c>whk_</c> and 24 characters.</summary>
    public required string Id { get; init; }

    /// <summary>The receiver.</summary>
    public required string Url { get; init; }

    /// <summary>The signals that it wants; empty: all.</summary>
    public required IReadOnlyList<SignalType> Events { get; init; }

    /// <summary>Whether signals are delivered to it.</summary>
    public bool Enabled { get; init; }

    /// <summary>Why not, where they are not.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    internal static WebhookAnswer Of(Webhook webhook) => new()
    {
        Id = webhook.Id,
        Url = webhook.Url,
        Events = webhook.Events,
        Enabled = webhook.DisabledReason is null,
        DisabledReason = webhook.DisabledReason,
        CreatedAt = webhook.CreatedAt,
    };
}
