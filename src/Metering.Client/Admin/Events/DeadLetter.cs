namespace Metering.Client.Admin;

/// <summary>An event that could not be counted, kept with its reason.</summary>
public sealed record DeadLetter
{
    /// <summary>The letter's id; ids rise with time.</summary>
    public required string Id { get; init; }

    /// <summary>When it came, UTC.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>
    /// Why, as a code: a problem's, or <c>too_old</c>, where the stream took the event so long ago that its id may be forgotten.
    /// </summary>
    public required string Code { get; init; }

    /// <summary>Why, for people.</summary>
    public required string Detail { get; init; }

    /// <summary>The event as it came, at most 64 KiB of it.</summary>
    public required string Payload { get; init; }

    /// <summary>
    /// The customer that the event names, or else the one to which its sender's token is limited; null where neither is known, or the
    /// event could not be read.
    /// </summary>
    public string? TenantId { get; init; }

    /// <summary>The feature that the event names; null where it could not be read.</summary>
    public string? Metric { get; init; }
}
