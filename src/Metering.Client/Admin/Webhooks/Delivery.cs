namespace Metering.Client.Admin;

/// <summary>A message on its way to one webhook, and what came of it so far.</summary>
public sealed record Delivery
{
    /// <summary>The same at each attempt; another webhook that gets the message has another.</summary>
    public required string Id { get; init; }

    /// <summary>The message's id, the header <c>webhook-id</c>.</summary>
    public required string MessageId { get; init; }

    /// <summary>The signal's type, or <c>test</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The license that it concerns; null when none.</summary>
    public string? LicenseId { get; init; }

    /// <summary>How it stands: <c>pending</c>, <c>delivered</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

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
