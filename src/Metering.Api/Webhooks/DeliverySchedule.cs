namespace Metering.Api;

/// <summary>When a delivery that failed is tried again: later and later, and never at the same time as all the others.</summary>
public static class DeliverySchedule
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);
    private const double Spread = 0.2;

    /// <summary>The longest wait between two attempts. What is planned later than that was planned before the clock was set back.</summary>
    public static TimeSpan MaxWait { get; } = Longest * (1 + Spread);

    /// <summary>When the next attempt is due; null when the delivery is to be given up.</summary>
    /// <param name="attempts">Attempts so far; one or more.</param>
    /// <param name="tried">How long ago it was tried first: how long it waited before that says nothing of its receiver.</param>
    /// <param name="now">Now.</param>
    /// <param name="over">For how long deliveries are tried.</param>
    /// <param name="chance">A random number from 0 to below 1.</param>
    public static DateTimeOffset? Next(int attempts, TimeSpan tried, DateTimeOffset now, TimeSpan over, double chance)
    {
        // Sixteen doublings of five seconds are far beyond two hours; many more would shift the bit out of the number.
        var doublings = Math.Min(attempts - 1, 16);
        var wait = Math.Min(First.TotalSeconds * (1 << doublings), Longest.TotalSeconds);
        var pause = TimeSpan.FromSeconds(wait * (1 - Spread + (2 * Spread * chance)));
        return tried + pause > over ? null : now + pause;
    }
}
