using Microsoft.Extensions.Time.Testing;

namespace Metering.Client.Tests.Support;

/// <summary>The clocks of a machine that slept, or whose clock was set: the time of day went on, and the process's clock did not.</summary>
public sealed class SleepingClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    public SleepingClock()
        : this(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>How far the time of day is ahead; below zero, it was set back.</summary>
    public TimeSpan Slept { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Slept;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
}
