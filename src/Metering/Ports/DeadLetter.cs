namespace Metering;

/// <summary>An event that could not be counted.</summary>
/// <param name="Id">The letter's id; ids rise with time.</param>
/// <param name="ReceivedAt">When it came, UTC.</param>
/// <param name="Code">
/// Why, as a code: a problem's, or <c>too_old</c>, where the stream took the event so long ago that its id may be forgotten.
/// </param>
/// <param name="Detail">Why, for people.</param>
/// <param name="Payload">The event as it came, at most 64 KiB of it; where it is not as it came, its end says so.</param>
public sealed record DeadLetter(string Id, DateTimeOffset ReceivedAt, string Code, string Detail, string Payload)
{
    /// <summary>
    /// The customer that the event names, or else the one to which its sender's token is limited; null where neither is known, or the
    /// event could not be read.
    /// </summary>
    public string? TenantId { get; init; }

    /// <summary>The feature that the event names; null where it could not be read.</summary>
    public string? Metric { get; init; }

    /// <summary>
    /// The code of an event of a stream that may have been counted before: its id would be forgotten by now (rule 8), so it is not counted.
    /// </summary>
    public const string TooOld = "too_old";
}
