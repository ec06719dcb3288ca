using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>A webhook to be made or changed.</summary>
public sealed record WebhookRequest
{
    /// <summary>The receiver. Required for a new one.</summary>
    public string? Url { get; init; }

    /// <summary>The signals that it wants; absent or empty: all.</summary>
    [NamesOf(typeof(SignalType))]
    public string?[]? Events { get; init; }

    /// <summary>The secret that signs, <c>whsec_</c> and base64; one is made where it is absent. For a change: the new secret, beside which the old one goes on signing for a while.</summary>
    public string? Secret { get; init; }

    /// <summary>For a change: make a new secret.</summary>
    [DefaultValue(false)]
    public bool? RotateSecret { get; init; }

    /// <summary>For a change: false stops deliveries, true starts them again.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>A webhook.</summary>
public record WebhookAnswer
{
    /// <summary>Its id.</summary>
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
}

/// <summary>A webhook, as the answer shows it that gave it its secret.</summary>
public sealed record WebhookWithSecret : WebhookAnswer
{
    [SetsRequiredMembers]
    internal WebhookWithSecret(WebhookAnswer webhook, string? secret)
        : base(webhook) => Secret = secret;

    /// <summary>The secret that signs, shown this once; null when the request gave it no new one, and in the answer to a repeat.</summary>
    [JsonPropertyOrder(1)]
    public string? Secret { get; }
}

/// <summary>A delivery.</summary>
public sealed record DeliveryAnswer
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The message's id, the header <c>webhook-id</c>.</summary>
    public required string MessageId { get; init; }

    /// <summary>The signal's type, or <c>test</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The license that it concerns; null when none.</summary>
    public string? LicenseId { get; init; }

    /// <summary>How it stands.</summary>
    public DeliveryStatus Status { get; init; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was sent last.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>When it is sent next.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>The receiver's last status.</summary>
    public int? LastStatus { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? LastError { get; init; }

    /// <summary>The body, as it was signed.</summary>
    public required string Body { get; init; }
}
