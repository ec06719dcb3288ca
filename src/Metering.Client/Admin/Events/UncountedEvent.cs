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
    /// Whether nothing was taken from this place on: the request reached a limit of the meter, or broke off. Of the events after it none
    /// is named, and they are to be sent again as this one is.
    /// </summary>
    /// <remarks>
    /// An event that can't be read looks the same where its dead letter could not be stored. Sent again, it is the first of its batch at
    /// the latest, and is then told as what it is.
    /// </remarks>
    [JsonIgnore]
    public bool EndsBatch => this is { EventId: null, DeadLetterId: null, Index: > 0 };

    /// <summary>
    /// Whether nothing need be wrong with the event: the meter was too busy for it, or did not look at it. Send it again with the same id.
    /// All others are kept as dead letters, or must be mended first.
    /// </summary>
    [JsonIgnore]
    public bool IsToBeSentAgain =>
        // What failed and is a dead letter would fail again, and hold up everything after it: a license whose state is damaged.
        EndsBatch || this is { Code: Busy } or { Code: InternalError, DeadLetterId: null };
}
