namespace Metering;

/// <summary>One reset interval of one meter: from <paramref name="Start"/> inclusive to <paramref name="End"/> exclusive.</summary>
/// <param name="Start">First instant, UTC.</param>
/// <param name="End">First instant after it, UTC; null for a period that never ends.</param>
public sealed record Period(DateTimeOffset Start, DateTimeOffset? End)
{
    /// <summary>Whether an instant lies in the period.</summary>
    public bool Contains(DateTimeOffset instant) => instant >= Start && (End is null || instant < End);
}
