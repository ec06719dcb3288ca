namespace Metering.Api;

/// <summary>
/// Lets one line a minute into the log for what may come very often, and counts what it passes over, so that the next line can say it.
/// </summary>
internal sealed class LogPace(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private long _count;

    /// <summary>Says that it happened again.</summary>
    /// <param name="times">How often.</param>
    /// <returns>How often it happened since the last line; 0 when there is no line for it yet.</returns>
    public long Add(long times)
    {
        lock (_gate)
        {
            _count += times;
            var now = time.GetUtcNow();
            if (now < _next)
            {
                return 0;
            }

            _next = now + Pause;
            (var count, _count) = (_count, 0);
            return count;
        }
    }
}
