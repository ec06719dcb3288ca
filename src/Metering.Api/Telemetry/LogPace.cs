namespace Metering.Api;

/// <summary>
/// Lets one line a minute into the log for what may come very often, and counts what it passes over, so that the next line can say it.
/// </summary>
internal sealed class LogPace(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();

    // By the time that passes whatever the clock does: one that was set back would keep the log silent until it is there again.
    private long? _toldAt;
    private long _count;

    /// <summary>Says that it happened again.</summary>
    /// <param name="times">How often.</param>
    /// <returns>How often it happened since the last line; 0 when there is no line for it yet.</returns>
    public long Add(long times)
    {
        lock (_gate)
        {
            _count += times;
            if (_toldAt is { } told && time.GetElapsedTime(told) < Pause)
            {
                return 0;
            }

            _toldAt = time.GetTimestamp();
            (var count, _count) = (_count, 0);
            return count;
        }
    }
}
