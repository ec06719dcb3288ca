namespace Metering.Client.Tests.Support;

/// <summary>Notes for how long somebody wants to wait, and lets them go on at once.</summary>
/// <param name="limit">A wait of exactly this time is the limit of a try, and is a real one.</param>
public sealed class SkippingClock(TimeSpan limit) : TimeProvider
{
    private readonly List<TimeSpan> _waits = [];

    /// <summary>The waits, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_waits)
            {
                return [.. _waits];
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == limit || dueTime == Timeout.InfiniteTimeSpan)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        lock (_waits)
        {
            _waits.Add(dueTime);
        }

        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
