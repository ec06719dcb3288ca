namespace Metering.Api;

/// <summary>When a delivery that failed is tried again: later and later, and never at the same time as all the others.</summary>
public static class DeliverySchedule
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);
    private const double Spread = 0.2;

    // An attempt that is off its time by more than this part of all the hours says that the clock was set, or the server was off.
    private const double Notable = 0.1;

    /// <summary>The longest wait between two attempts. What is planned later than that was planned before the clock was set back.</summary>
    public static TimeSpan MaxWait { get; } = Longest * (1 + Spread);

    /// <summary>When the next attempt is due; null when the delivery is to be given up.</summary>
    /// <param name="attempts">Attempts so far; one or more.</param>
    /// <param name="firstAttemptAt">When it was tried first: how long it waited before that says nothing of its receiver.</param>
    /// <param name="now">Now.</param>
    /// <param name="over">For how long deliveries are tried.</param>
    /// <param name="chance">A random number from 0 to below 1.</param>
    public static DateTimeOffset? Next(int attempts, DateTimeOffset firstAttemptAt, DateTimeOffset now, TimeSpan over, double chance)
    {
        // Sixteen doublings of five seconds are far beyond two hours; many more would shift the bit out of the number.
        var doublings = Math.Min(attempts - 1, 16);
        var wait = Math.Min(First.TotalSeconds * (1 << doublings), Longest.TotalSeconds);
        var next = now.AddSeconds(wait * (1 - Spread + (2 * Spread * chance)));
        return next - firstAttemptAt > over ? null : next;
    }

    /// <summary>
    /// The time from which the hours of retrying are counted: the first attempt, moved by as much as the present one comes late or
    /// early. A clock that jumps, there or back, must not disable a webhook, nor have it tried for years.
    /// </summary>
    /// <param name="firstAttemptAt">From when they were counted so far.</param>
    /// <param name="planned">When the present attempt was due; null when nobody noted it.</param>
    /// <param name="now">When it is made.</param>
    /// <param name="over">For how long deliveries are tried.</param>
    public static DateTimeOffset CountsFrom(DateTimeOffset firstAttemptAt, DateTimeOffset? planned, DateTimeOffset now, TimeSpan over) =>
        now - planned is { } late && late.Duration() > over * Notable ? firstAttemptAt + late : firstAttemptAt;
}
