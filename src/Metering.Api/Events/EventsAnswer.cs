namespace Metering.Api;

/// <summary>What became of the events of a request.</summary>
public sealed record EventsAnswer
{
    /// <summary>How many were taken in.</summary>
    public int Accepted { get; init; }

    /// <summary>How many had been counted before.</summary>
    public int Duplicates { get; init; }

    /// <summary>
    /// Those that can't be counted, in the order of their places. They are in the dead-letter list; but not what was not taken from a place
    /// on, because a limit was met.
    /// </summary>
    public IReadOnlyList<RejectedView> Rejected { get; init; } = [];

    /// <summary>For a single event: its id.</summary>
    public string? EventId { get; init; }

    /// <summary>The ids that were made for events that came without.</summary>
    public IReadOnlyList<MadeEventId> EventIds { get; init; } = [];
}
