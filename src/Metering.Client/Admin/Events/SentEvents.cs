namespace Metering.Client.Admin;

/// <summary>What became of a batch of events.</summary>
public sealed record SentEvents
{
    /// <summary>Events that count now.</summary>
    public int Accepted { get; init; }

    /// <summary>Events that had been counted before.</summary>
    public int Duplicates { get; init; }

    /// <summary>Events that could not be counted, and why.</summary>
    public IReadOnlyList<UncountedEvent> Rejected { get; init => field = value ?? []; } = [];
}
