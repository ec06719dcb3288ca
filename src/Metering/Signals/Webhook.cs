using System.Collections.Immutable;

namespace Metering;

/// <summary>Where signals are delivered to.</summary>
public sealed record Webhook
{
    /// <summary>Most webhooks that a host keeps.</summary>
    public const int Most = 50;

    /// <summary>Its id, <c>whk_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The receiver.</summary>
    public required string Url { get; init; }

    /// <summary>The signals that it wants; empty: all.</summary>
    public ImmutableArray<SignalType> Events { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Secrets that sign its deliveries, the newest first. While one is replaced, both sign.</summary>
    public ImmutableArray<WebhookSecret> Secrets { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Why nothing is delivered to it any more; null while it is enabled.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether it wants a signal.</summary>
    public bool Wants(SignalType type) => DisabledReason is null && (Events.Length == 0 || Events.Contains(type));
}

/// <summary>A secret that signs deliveries.</summary>
/// <param name="Value">The secret as Standard Webhooks writes it: <c>whsec_</c> and base64.</param>
/// <param name="ExpiresAt">Until when it signs, UTC; null: as long as it is the newest.</param>
public sealed record WebhookSecret(string Value, DateTimeOffset? ExpiresAt);
