using System.Collections.Immutable;

namespace Metering.Contracts.Histories;

/// <summary>Something that was asked of a license while others asked too, with what its caller saw of it.</summary>
/// <param name="Invoked">When it was asked, as a count of what happened in the history.</param>
/// <param name="Returned">When its caller had the answer; <see cref="Never"/>: it was lost, so it may have happened once or not at
/// all.</param>
/// <param name="Times">Every time that the host's clock may have shown while it was under way, UTC.</param>
public abstract record Operation(long Invoked, long Returned, ImmutableArray<DateTimeOffset> Times)
{
    /// <summary>The answer did not come.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Whether its caller knows what became of it.</summary>
    public bool IsKnown => Returned != Never;

    /// <summary>The last number of a ledger entry behind which it may have happened; what it saw has no room behind a later one.</summary>
    /// <remarks>Without this bound each lost answer would double what is searched.</remarks>
    internal virtual long LastSequence => long.MaxValue;

    /// <summary>
    /// The license after it, once for each way in which what the caller saw could have come about; the same object where it changes
    /// nothing. None: at this place it would have been seen otherwise.
    /// </summary>
    internal abstract IEnumerable<SerialLicense> After(SerialLicense license);

    /// <summary>What the domain would have shown its caller at this place, for the report of a history that has no order.</summary>
    internal abstract string Expected(SerialLicense license);
}
