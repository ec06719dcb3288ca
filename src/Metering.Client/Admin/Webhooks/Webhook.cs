namespace Metering.Client.Admin;

/// <summary>An address that gets signals.</summary>
public sealed record Webhook
{
    /// <summary><c>whk_</c> and 24 characters.</summary>
    public required string Id { get; init; }

    /// <summary>The receiver.</summary>
    public required string Url { get; init; }

    /// <summary>The signals that it wants; empty: all.</summary>
    public IReadOnlyList<string> Events { get; init => field = value ?? []; } = [];

    /// <summary>Whether signals are delivered to it.</summary>
    public bool Enabled { get; init; }

    /// <summary>Why not, where they are not.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// The secret that signs (<c>whsec_…</c>): in the answer that made it, and nowhere else; null also when that request was a repeat.
    /// </summary>
    public string? Secret { get; init; }
}
