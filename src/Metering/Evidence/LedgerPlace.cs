namespace Metering;

/// <summary>
/// A place between entries of a license's ledger. Times alone do not tell them apart: what was used in the millisecond of a reset was used
/// before the reset or after it.
/// </summary>
/// <param name="At">The instant, UTC: what happened earlier lies before the place.</param>
/// <param name="Entry">Of the entries at that instant, those with a smaller number lie before it. 0: none does.</param>
public readonly record struct LedgerPlace(DateTimeOffset At, long Entry = 0) : IComparable<LedgerPlace>
{
    /// <inheritdoc/>
    public int CompareTo(LedgerPlace other) => At.CompareTo(other.At) is var byTime && byTime != 0 ? byTime : Entry.CompareTo(other.Entry);

    /// <summary>Whether a place lies before another.</summary>
    public static bool operator <(LedgerPlace one, LedgerPlace other) => one.CompareTo(other) < 0;

    /// <summary>Whether a place lies behind another.</summary>
    public static bool operator >(LedgerPlace one, LedgerPlace other) => one.CompareTo(other) > 0;

    /// <summary>Whether a place lies before another, or is the same.</summary>
    public static bool operator <=(LedgerPlace one, LedgerPlace other) => one.CompareTo(other) <= 0;

    /// <summary>Whether a place lies behind another, or is the same.</summary>
    public static bool operator >=(LedgerPlace one, LedgerPlace other) => one.CompareTo(other) >= 0;
}
