using System.Text.Json.Serialization;

namespace Metering.Client.Admin;

/// <summary>
/// An event of a batch that was not counted. Whether it is to be sent again is told here, because a code alone does not say it.
/// </summary>
/// <param name="Index">Its place in the batch, from 0.</param>
/// <param name="EventId">Its id; null when it could not be read, or was not looked at.</param>
/// <param name="Code">Why, as a code.</param>
/// <param name="Detail">Why, for people.</param>
/// <param name="DeadLetterId">Where the meter keeps it; null when it does not.</param>
public sealed record UncountedEvent(int Index, string? EventId, string Code, string Detail, string? DeadLetterId)
{
    private const string Busy = "busy";
    private const string InternalError = "internal_error";

    /// <summary>
    /// Whether to send the event again with the same id: the meter was too busy for it, or failed and did not keep it. All others are kept
    /// as dead letters, or must be fixed first, unless the meter stopped there (<see cref="SentEvents.StoppedAt"/>).
    /// </summary>
    [JsonIgnore]
    public bool IsToBeSentAgain =>
        // What failed and is a dead letter would fail again, and hold up everything after it: a license whose state is damaged.
        this is { Code: Busy } or { Code: InternalError, DeadLetterId: null };
}
