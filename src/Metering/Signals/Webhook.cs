using System.Collections.Immutable;

namespace Metering;

/// <summary>Where signals are delivered to.</summary>
public sealed record Webhook
{
    /// <summary>Most webhooks that a host keeps.</summary>
    public const int MaxCount = 50;

    /// <summary>Most secrets that sign a webhook's deliveries at the same time.</summary>
    public const int MaxSecrets = 5;

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

    /// <summary>When it was disabled, UTC; null while it is enabled.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>The delivery that was given up when it was disabled; null where it was another reason.</summary>
    public string? DisabledBy { get; init; }

    /// <summary>By what its last changes are recognized when they come again; null: there are none.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// The webhook, to which nothing is delivered any more. One that is disabled already stays as it is, with its first reason.
    /// </summary>
    /// <param name="reason">Why, for people.</param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="deliveryId">The delivery that was given up; null where it was another reason.</param>
    // More than one attempt may fail at the same time; the first says why.
    public Webhook Disable(string reason, DateTimeOffset now, string? deliveryId = null) => DisabledReason is not null
        ? this
        : this with { DisabledReason = reason, DisabledAt = now, DisabledBy = deliveryId };

    /// <summary>The webhook, to which signals are delivered again.</summary>
    public Webhook Enable() => this with { DisabledReason = null, DisabledAt = null, DisabledBy = null };

    /// <summary>Whether it wants a signal.</summary>
    public bool Wants(SignalType type) => DisabledReason is null && (Events.Length == 0 || Events.Contains(type));
}
