namespace Metering;

/// <summary>One message to one webhook, with what came of it.</summary>
public sealed record Delivery
{
    /// <summary>Its id; ids of one webhook rise with time.</summary>
    public required string Id { get; init; }

    /// <summary>To which webhook the message goes.</summary>
    public required string WebhookId { get; init; }

    /// <summary>
    /// The message's id: the same whenever, and to whomever, the same signal is sent. Receivers drop what they have seen.
    /// </summary>
    public required string MessageId { get; init; }

    /// <summary>The signal's type, or <c>test</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The license whose signals keep their order; empty when it concerns none.</summary>
    public required string LicenseId { get; init; }

    /// <summary>The body, as it is signed and sent.</summary>
    public required string Body { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>How it stands.</summary>
    public DeliveryStatus Status { get; init; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; init; }

    /// <summary>When it is sent next, UTC; null when it is not.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>
    /// The first attempt, from which its hours are counted, UTC; null when it was not sent yet, or by a version that did not note it.
    /// </summary>
    public DateTimeOffset? FirstAttemptAt { get; init; }

    /// <summary>When it was sent last, UTC.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>The receiver's last status; null when it gave none.</summary>
    public int? LastStatus { get; init; }

    /// <summary>Why the last attempt failed, for people.</summary>
    public string? LastError { get; init; }

    /// <summary>The delivery, given up. What went wrong last stays said.</summary>
    /// <param name="reason">Why, for people, where no attempt has failed.</param>
    public Delivery GiveUp(string reason) =>
        this with { Status = DeliveryStatus.Failed, NextAttemptAt = null, LastError = LastError ?? reason };
}
