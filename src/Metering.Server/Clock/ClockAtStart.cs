using System.Globalization;
using Metering.Server.Storage;

namespace Metering.Server.Clock;

/// <summary>Whether the clock may be right when the server starts, by the last time at which it was seen at work.</summary>
internal static class ClockAtStart
{
    /// <summary>
    /// For so long a server may have been off without anybody being asked: a wrong clock at the start is usually wrong by years.
    /// </summary>
    internal static readonly TimeSpan MaxTimeOff = TimeSpan.FromDays(366);

    /// <summary>
    /// Refuses a clock that says it is long before, or more than a year after, the last time seen, unless somebody confirms it. A test
    /// clock may stand anywhere.
    /// </summary>
    /// <param name="clock">The clock.</param>
    /// <param name="lastSeen">When the data was last written; null when it is new.</param>
    /// <param name="confirmed">What time it is, as an operator says; null when nobody did. It confirms times near it and no others, so an
    /// option that is left in a script does no harm later.</param>
    /// <exception cref="DataDirectoryException">The clock is not believed; the message says what to do.</exception>
    internal static void Check(IMeterClock clock, DateTimeOffset? lastSeen, DateTimeOffset? confirmed)
    {
        var now = clock.UtcNow;
        if (clock.IsTestClock || lastSeen is not { } seen || MayHaveBeenOff(seen, now) || (confirmed is { } right && Near(now, right)))
        {
            return;
        }

        var days = ((int)(now - seen).Duration().TotalDays).ToString(CultureInfo.InvariantCulture);
        throw new DataDirectoryException(
            $"The clock says {now:yyyy-MM-dd HH:mm} UTC, but the data was last written at {seen:yyyy-MM-dd HH:mm} UTC, {days} days "
            + $"{(now > seen ? "earlier" : "later")}. If the clock is right (the server was off for long, or the clock was wrong before), start once with "
            + $"--confirm-clock {now:yyyy-MM-dd}. If it is not, set it.");
    }

    /// <summary>
    /// Whether the clock may be ahead: it says much later than the last time seen, and nobody confirmed it. Counting goes on all the same,
    /// because that can be repaired; what is removed by such a clock can't be brought back.
    /// </summary>
    internal static bool MayBeAhead(IMeterClock clock, DateTimeOffset? lastSeen, DateTimeOffset? confirmed)
    {
        var now = clock.UtcNow;
        return !clock.IsTestClock && now - lastSeen > SystemMeterClock.MaxJump && !(confirmed is { } right && Near(now, right));
    }

    // Nothing is written while the server is off, so time that has passed since is no jump; time that ran backwards is.
    private static bool MayHaveBeenOff(DateTimeOffset seen, DateTimeOffset now) =>
        now - seen <= MaxTimeOff && seen - now <= SystemMeterClock.MaxJump;

    private static bool Near(DateTimeOffset one, DateTimeOffset other) => (one - other).Duration() <= SystemMeterClock.MaxJump;
}
