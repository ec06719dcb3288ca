namespace Metering.Client.Admin;

/// <summary>A webhook to be made, or what is to be different about one: what is null stays as it is.</summary>
public sealed record WebhookChange
{
    /// <summary>The receiver. A new one needs it.</summary>
    public string? Url { get; init; }

    /// <summary>
    /// The signals that it wants. Absent or an empty list: all, also those of later versions. It gets what happens after it was made,
    /// and nothing from before.
    /// </summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>
    /// The secret that signs, <c>whsec_</c> and the base64 of the key, 24 to 64 bytes; one is made where it is absent. For a change:
    /// the new secret, beside which the old one goes on signing for a while.
    /// </summary>
    public string? Secret { get; init; }

    /// <summary>For a change: make a new secret.</summary>
    public bool? RotateSecret { get; init; }

    /// <summary>For a change: false stops deliveries, true starts them again.</summary>
    public bool? Enabled { get; init; }
}
