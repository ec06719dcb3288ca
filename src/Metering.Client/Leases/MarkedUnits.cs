namespace Metering.Client;

/// <summary>The units that may be spent in memory: one number that many threads count down.</summary>
internal sealed class MarkedUnits(TimeProvider clock)
{
    private long _left;
    private long _low;
    private long _spendUntil = long.MinValue;

    /// <summary>Units that nobody has spent yet.</summary>
    public long Left => Volatile.Read(ref _left);

    /// <summary>Whether it is time to mark more.</summary>
    public bool IsLow => Left < Volatile.Read(ref _low);

    /// <summary>From which timestamp of the clock on nothing is spent.</summary>
    public long SpendUntil
    {
        set => Volatile.Write(ref _spendUntil, value);
    }

    /// <summary>Spends units: one interlocked step.</summary>
    /// <param name="amount">Units, above zero.</param>
    /// <param name="low">Whether it is time to mark more.</param>
    public bool TrySpend(long amount, out bool low)
    {
        low = true;
        if (clock.GetTimestamp() >= Volatile.Read(ref _spendUntil))
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
}
