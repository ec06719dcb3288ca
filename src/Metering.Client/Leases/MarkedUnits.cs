namespace Metering.Client;

/// <summary>The units that may be spent in memory: one number that many threads count down.</summary>
internal sealed class MarkedUnits(TimeProvider clock)
{
    // The time of day is looked at so seldom because it costs as much as all the rest of a step.
    private readonly long _betweenLooks = clock.TimestampFrequency / 1_000;

    private long _left;
    private long _low;
    private long _spendUntil = long.MinValue;
    private long _endsAt = long.MinValue;
    private long _lookAt = long.MinValue;

    /// <summary>Units that nobody has spent yet.</summary>
    public long Left => Volatile.Read(ref _left);

    /// <summary>Whether it is time to mark more.</summary>
    public bool IsLow => Left < Volatile.Read(ref _low);

    /// <summary>Says from when on nothing is spent: whichever of the two comes first.</summary>
    /// <param name="timestamp">A timestamp of the clock, which may stand still while the machine sleeps.</param>
    /// <param name="time">A time of day, UTC. It is looked at once in a millisecond.</param>
    public void SpendUntil(long timestamp, DateTimeOffset time)
    {
        Volatile.Write(ref _spendUntil, timestamp);
        Volatile.Write(ref _endsAt, time.UtcTicks);
        Volatile.Write(ref _lookAt, long.MinValue);
    }

    /// <summary>Spends units: one interlocked step.</summary>
    /// <param name="amount">Units, above zero.</param>
    /// <param name="low">Whether it is time to mark more.</param>
    public bool TrySpend(long amount, out bool low)
    {
        low = true;
        if (IsOver())
        {
            return false;
        }

        for (var left = Left; left >= amount;)
        {
            // Compared and not just subtracted: a number that was too low for a moment would tell the meter of units that nobody spent.
            var seen = Interlocked.CompareExchange(ref _left, left - amount, left);
            if (seen == left)
            {
                low = left - amount < Volatile.Read(ref _low);
                return true;
            }

            left = seen;
        }

        return false;
    }

    /// <summary>Lets more units be spent.</summary>
    /// <param name="amount">Units.</param>
    /// <param name="low">Below how many it is time for more.</param>
    public void Add(long amount, long low)
    {
        Volatile.Write(ref _low, low);
        Interlocked.Add(ref _left, amount);
    }

    /// <summary>Puts units back.</summary>
    public void Return(long amount) => Interlocked.Add(ref _left, amount);

    /// <summary>Takes all units away: until some are returned, nobody spends.</summary>
    public long TakeAll() => Interlocked.Exchange(ref _left, 0);

    private bool IsOver()
    {
        var now = clock.GetTimestamp();
        if (now >= Volatile.Read(ref _spendUntil))
        {
            return true;
        }

        if (now < Volatile.Read(ref _lookAt))
        {
            return false;
        }

        if (clock.GetUtcNow().UtcTicks >= Volatile.Read(ref _endsAt))
        {
            return true;
        }

        Volatile.Write(ref _lookAt, now + _betweenLooks);
        return false;
    }
}
