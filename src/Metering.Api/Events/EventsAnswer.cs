namespace Metering.Api;

/// <summary>What became of the events of a request.</summary>
public sealed record EventsAnswer
{
    /// <summary>How many were taken in.</summary>
    public int Accepted { get; init; }

    /// <summary>How many had been counted before.</summary>
    public int Duplicates { get; init; }

    /// <summary>
    /// Those that were not counted, in the order of their places. Each that names a <c>dead_letter_id</c> is in the dead-letter list. The
    /// others were not kept and may be sent again: <c>busy</c> ones with the same id, and where a limit was met all from that place on.
    /// </summary>
    public IReadOnlyList<RejectedView> Rejected { get; init; } = [];

    /// <summary>For a single event: its id.</summary>
    public string? EventId { get; init; }

    /// <summary>The ids that were made for events that came without.</summary>
    public IReadOnlyList<MadeEventId> EventIds { get; init; } = [];
}
