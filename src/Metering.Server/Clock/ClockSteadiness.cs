using Metering.Server.Engine;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Clock;

/// <summary>
/// Whether the clock has run evenly for a while. Jumps of up to a week are followed at once, because counting by a wrong clock can be
/// repaired. What is made once, for a time that is over, waits until the jump has turned out to be right. For one caller.
/// </summary>
internal sealed class ClockSteadiness(MeterEngine engine, IMeterClock clock, TimeProvider time, ILogger<ClockSteadiness> logger)
{
    private static readonly TimeSpan MinJump = TimeSpan.FromMinutes(5);

    private readonly IMeterClock _clock = clock is PastClock past ? past.Real : clock;
    private (DateTimeOffset At, long Stamp)? _last;
    private (long Stamp, TimeSpan Trial) _jump;

    /// <summary>
    /// False for as long as a jump ahead, or a clock that may be ahead since the start, is on trial. Asked every few seconds.
    /// </summary>
    internal bool IsSteady()
    {
        // Tests set their clock as they like.
        if (_clock.IsTestClock)
        {
            return true;
        }

        var (now, stamp) = (_clock.UtcNow, time.GetTimestamp());
        if (_last is not { } last)
        {
            // Whoever began the trial has said so.
            _jump = (stamp, engine.ClockTrial);
        }
        else if (now - last.At - time.GetElapsedTime(last.Stamp, stamp) > MinJump)
        {
            // Where the trial of the start lasts longer, it does not end sooner for the jump.
            var left = _jump.Trial - time.GetElapsedTime(_jump.Stamp, stamp);
            _jump = (stamp, left > ClockAtStart.Trial ? left : ClockAtStart.Trial);
            logger.SchedulesWait((int)_jump.Trial.TotalMinutes);
        }

        _last = (now, stamp);
        return time.GetElapsedTime(_jump.Stamp, stamp) >= _jump.Trial;
    }
}
