namespace Metering.Server.Clock;

/// <summary>
/// A clock that can be set back while the server starts, so that the demo's history is made by the real engine; after that it is the
/// server's own clock.
/// </summary>
/// <param name="real">The server's clock.</param>
internal sealed class PastClock(IMeterClock real) : IMeterClock
{
    // In ticks and never torn: shards read it while another thread sets it. 0: not set back.
    private long _ticks;

    /// <inheritdoc/>
    public DateTimeOffset UtcNow => Volatile.Read(ref _ticks) is var ticks and > 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : real.UtcNow;

    /// <inheritdoc/>
    public bool IsTestClock => real.IsTestClock;

    /// <summary>The server's clock, which is not set back.</summary>
    internal IMeterClock Real => real;

    /// <inheritdoc/>
    public ValueTask SetAsync(DateTimeOffset now, CancellationToken cancellationToken) => real.SetAsync(now, cancellationToken);

    /// <summary>From now on it tells another time.</summary>
    /// <param name="past">The time that it tells, until <see cref="Return"/>.</param>
    internal void SetBack(DateTimeOffset past) => Volatile.Write(ref _ticks, past.UtcTicks);

    /// <summary>Lets the clock tell the server's time again.</summary>
    internal void Return() => Volatile.Write(ref _ticks, 0);
}
