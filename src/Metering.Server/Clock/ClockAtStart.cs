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

    /// <summary>How long a clock is on trial that says so much later that somebody may have to set it.</summary>
    internal static readonly TimeSpan LongTrial = TimeSpan.FromDays(1);

    /// <summary>How long otherwise: time services set a clock within minutes of a start.</summary>
    internal static readonly TimeSpan Trial = TimeSpan.FromHours(1);

    // The time of a server at work is noted once an hour.
    private static readonly TimeSpan Noted = TimeSpan.FromHours(2);

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
    /// Notes the time of a start, and says for how long the clock is on trial: an hour where it is ahead of the last time seen, and a day
    /// where that was more than a week ago, unless somebody confirms it. Counting goes on all the same, because that can be repaired; what
    /// is removed or exported by a clock that is ahead can't be taken back.
    /// </summary>
    /// <param name="store"><c>meter.db</c>, which keeps the end of the trial: another start does not end it.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="lastSeen">When the data was last written; null when it is new.</param>
    /// <param name="confirmed">What time it is, as an operator says; null when nobody did.</param>
    internal static TimeSpan Begin(Database store, IMeterClock clock, DateTimeOffset? lastSeen, DateTimeOffset? confirmed)
    {
        var now = clock.UtcNow;
        var left = DateTimeOffset.FromUnixTimeMilliseconds(Marks.Read(store, Marks.ClockTrialUntil)) - now;
        var trial = clock.IsTestClock || (confirmed is { } right && Near(now, right)) ? TimeSpan.Zero
            : now - lastSeen > SystemMeterClock.MaxJump ? LongTrial
            : left > Trial && left <= LongTrial ? left
            : now - lastSeen > Noted ? Trial
            : left > TimeSpan.Zero && left <= Trial ? left
            : TimeSpan.Zero;
        store.InTransaction(database =>
        {
            Marks.Write(database, Marks.ClockTrialUntil, trial > TimeSpan.Zero ? (now + trial).ToUnixTimeMilliseconds() : 0);
            return Marks.WriteSeen(database, now);
        });
        return trial;
    }

    // Nothing is written while the server is off, so time that has passed since is no jump; time that ran backwards is.
    private static bool MayHaveBeenOff(DateTimeOffset seen, DateTimeOffset now) =>
        now - seen <= MaxTimeOff && seen - now <= SystemMeterClock.MaxJump;

    private static bool Near(DateTimeOffset one, DateTimeOffset other) => (one - other).Duration() <= SystemMeterClock.MaxJump;
}
