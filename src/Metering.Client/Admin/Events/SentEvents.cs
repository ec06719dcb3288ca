namespace Metering.Client.Admin;

/// <summary>What became of a batch of events.</summary>
public sealed record SentEvents
{
    /// <summary>Events that count now.</summary>
    public int Accepted { get; init; }

    /// <summary>Events that had been counted before.</summary>
    public int Duplicates { get; init; }

    /// <summary>
    /// Events that were not counted, and why, in the order of the batch. Some are to be sent again with the same id
    /// (<see cref="UncountedEvent.IsToBeSentAgain"/>). Where <see cref="StoppedAt"/> is set, the last one says why.
    /// </summary>
    public IReadOnlyList<UncountedEvent> Rejected { get; init => field = value ?? []; } = [];

    /// <summary>
    /// From which place on nothing was taken, because the request reached a limit of the meter or broke off: send that event and all after
    /// it again, with the same ids. Null where every event was looked at.
    /// </summary>
    public int? StoppedAt { get; init; }
}
