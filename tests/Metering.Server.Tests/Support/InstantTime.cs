namespace Metering.Server.Tests.Support;

/// <summary>The real time, whose waits are over at once and are noted.</summary>
public sealed class InstantTime : TimeProvider
{
    private readonly List<TimeSpan> _waits = [];

    /// <summary>How long was to be waited, in order.</summary>
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
        lock (_waits)
        {
            _waits.Add(dueTime);
        }

        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
