namespace Metering.Client.Admin;

/// <summary>What became of a batch of events.</summary>
public sealed record SentEvents
{
    /// <summary>Events that count now.</summary>
    public int Accepted { get; init; }

    /// <summary>Events that had been counted before.</summary>
    public int Duplicates { get; init; }

    /// <summary>
    /// Events that were not counted, and why, in the order of the batch. Send those again with the same id that say so
    /// (<see cref="UncountedEvent.IsToBeSentAgain"/>). Where one ends the batch (<see cref="UncountedEvent.EndsBatch"/>), everything after
    /// it was left out as well, and is not listed.
    /// </summary>
    public IReadOnlyList<UncountedEvent> Rejected { get; init => field = value ?? []; } = [];
}
