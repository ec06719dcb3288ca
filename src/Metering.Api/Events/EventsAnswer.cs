namespace Metering.Api;

/// <summary>What became of the events of a request.</summary>
public sealed record EventsAnswer
{
    /// <summary>How many were taken in.</summary>
    public int Accepted { get; init; }

    /// <summary>How many had been counted before.</summary>
    public int Duplicates { get; init; }

    /// <summary>
    /// The events that were not counted, in request order. One with a <c>dead_letter_id</c> is kept as a dead letter. One without was not
    /// kept: send it again with the same id if its code is <c>busy</c> or <c>internal_error</c>; otherwise fix it first. Where
    /// <c>stopped_at</c> is set, the last one says why.
    /// </summary>
    public IReadOnlyList<RejectedView> Rejected { get; init; } = [];

    /// <summary>
    /// From which index on nothing was taken, because a limit was reached or the request broke off: send everything from there on again.
    /// Null where every event was looked at.
    /// </summary>
    public int? StoppedAt { get; init; }

    /// <summary>For a single event: its id.</summary>
    public string? EventId { get; init; }

    /// <summary>The ids that were made for events that came without.</summary>
    public IReadOnlyList<MadeEventId> EventIds { get; init; } = [];
}
