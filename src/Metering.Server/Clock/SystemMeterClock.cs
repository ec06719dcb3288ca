using Microsoft.Extensions.Logging;

namespace Metering.Server.Clock;

/// <summary>
/// The real time, in whole milliseconds. When the machine's clock jumps by more than <see cref="MaxJump"/> against the time that has
/// passed, the jump is not followed: a license that has seen the year 2036 stays there (rule 2). Time then goes on from before the jump,
/// and readiness says so, until the clock is right again or somebody confirms the jump by a start with <c>--confirm-clock</c>.
/// </summary>
/// <param name="time">Where it comes from: the machine's clock, and the steady time that passes whatever that one does.</param>
/// <param name="logger">Where a jump is told.</param>
public sealed class SystemMeterClock(TimeProvider time, ILogger logger) : IMeterClock
{
    /// <summary>The largest jump that is followed: a machine may have slept over a holiday.</summary>
    public static readonly TimeSpan MaxJump = TimeSpan.FromDays(7);

    /// <summary>From what difference on, and after what time, a reading becomes the one to compare with.</summary>
    private static readonly TimeSpan Notable = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Often = TimeSpan.FromHours(1);

    // One object for both times, so that no lock is needed: whichever thread sets it last, the two belong together.
    private volatile Reading _last = new(time.GetUtcNow(), time.GetTimestamp());
    private volatile string? _fault;

    /// <inheritdoc/>
    public DateTimeOffset UtcNow
    {
        get
        {
            var (last, wall, stamp) = (_last, time.GetUtcNow(), time.GetTimestamp());
            var passed = time.GetElapsedTime(last.Stamp, stamp);
            var jump = wall - (last.Wall + passed);
            if (jump.Duration() > MaxJump)
            {
                Refuse(last.Wall + passed, wall);
                return UtcJsonConverter.WholeMilliseconds(last.Wall + passed);
            }

            if (jump.Duration() > Notable || passed > Often)
            {
                _last = new Reading(wall, stamp);
            }

            if (_fault is not null)
            {
                _fault = null;
                logger.ClockRight(wall);
            }

            // The journal keeps milliseconds: with finer times a replay could come to another outcome than the first time.
            return UtcJsonConverter.WholeMilliseconds(wall);
        }
    }

    /// <summary>Why the machine's clock is not followed; null when it is.</summary>
    public string? Fault => _fault;

    /// <inheritdoc/>
    public bool IsTestClock => false;

    /// <inheritdoc/>
    public ValueTask SetAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("The clock is not a test clock.");

    private void Refuse(DateTimeOffset steady, DateTimeOffset wall)
    {
        if (_fault is null)
        {
            _fault = $"The machine's clock has jumped to {wall:yyyy-MM-dd HH:mm} UTC; it is not followed, and the server goes on from {steady:yyyy-MM-dd HH:mm} "
                + $"UTC. Set the clock; or, if it is right, restart with --confirm-clock {wall:yyyy-MM-dd}.";
            logger.ClockJumped(_fault);
        }
    }

    private sealed record Reading(DateTimeOffset Wall, long Stamp);
}
