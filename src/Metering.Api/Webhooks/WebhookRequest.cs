using System.ComponentModel;

namespace Metering.Api;

/// <summary>A webhook to be made or changed.</summary>
[Example("""{"url":"https://hooks.example.com/meter","events":["level_changed","overage"]}""")]
public sealed record WebhookRequest
{
    /// <summary>The receiver. Required for a new one.</summary>
    public string? Url { get; init; }

    /// <summary>
    /// The signals that it wants. Absent or an empty list: all, also those of later versions. It gets what happens after it was made, and
    /// nothing from before.
    /// </summary>
    [NamesOf(typeof(SignalType))]
    public string?[]? Events { get; init; }

    /// <summary>
    /// The secret that signs, <c>whsec_</c> and the base64 of the key, 24 to 64 bytes; one is made where it is absent. For a change: the
    /// new secret, beside which the old one goes on signing for a while.
    /// </summary>
    public string? Secret { get; init; }

    /// <summary>For a change: make a new secret.</summary>
    [DefaultValue(false)]
    public bool? RotateSecret { get; init; }

    /// <summary>For a change: false stops deliveries, true starts them again.</summary>
    public bool? Enabled { get; init; }
}
