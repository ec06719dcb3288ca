using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>A webhook, as the answer shows it that gave it its secret.</summary>
public sealed record WebhookWithSecret : WebhookAnswer
{
    [SetsRequiredMembers]
    internal WebhookWithSecret(WebhookAnswer webhook, string? secret)
        : base(webhook) => Secret = secret;

    /// <summary>
    /// The secret that signs, shown this once; null when the request gave it no new one, and in the answer to a repeat. The key of the
    /// HMAC is its part after <c>whsec_</c>, base64-decoded.
    /// </summary>
    [JsonPropertyOrder(1)]
    public string? Secret { get; }
}
