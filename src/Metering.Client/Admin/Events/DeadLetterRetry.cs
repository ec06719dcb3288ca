namespace Metering.Client.Admin;

/// <summary>What became of dead letters that were tried again.</summary>
public sealed record DeadLetterRetry
{
    /// <summary>Events that count now; their letters are gone.</summary>
    public long Accepted { get; init; }

    /// <summary>Events that had been counted before; their letters are gone too.</summary>
    public long Duplicates { get; init; }

    /// <summary>Letters that stay, and why.</summary>
    public IReadOnlyList<RefusedLetter> Refused { get; init => field = value ?? []; } = [];

    /// <summary>Where to go on with the next part; null at the end.</summary>
    public string? NextCursor { get; init; }
}
