namespace Metering;

/// <summary>Keeps what could not be counted, with the reason (rule 10).</summary>
public interface IDeadLetters
{
    /// <summary>Keeps events; durable when it returns. An event that is there already (same id) is not kept twice.</summary>
    ValueTask AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken);

    /// <summary>Dead letters of a kind, oldest first.</summary>
    /// <exception cref="FormatException">The cursor is not one that this list gave.</exception>
    ValueTask<Page<DeadLetter>> ListAsync(DeadLetterKind kind, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>How many dead letters there are; where there are more than <paramref name="most"/>, that many.</summary>
    ValueTask<int> CountAsync(int most, CancellationToken cancellationToken);

    /// <summary>One dead letter; null when there is none.</summary>
    ValueTask<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Forgets a dead letter, if it is there: its event was counted, or is not to be.</summary>
    ValueTask RemoveAsync(string id, CancellationToken cancellationToken);
}
