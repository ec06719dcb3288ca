namespace Metering.Client;

/// <summary>
/// For how long nothing is tried after a failure: twice as long each time. By the process's own clock, because the time of day may be set
/// back. One loop begins and resets it; what others see of it changes under the loop's lock.
/// </summary>
internal sealed class LeasePause(TimeProvider clock)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;
    private TimeSpan _length;
    private long _began;
    private MeteringException? _failure;

    /// <summary>What is left of it; zero or less: nothing.</summary>
    public TimeSpan Left => _length - clock.GetElapsedTime(_began);

    /// <summary>Begins one.</summary>
    /// <param name="failure">What happened; it may ask for a longer one.</param>
    /// <returns>How long it is.</returns>
    public TimeSpan Begin(MeteringException failure)
    {
        (_began, _length, _failure) = (clock.GetTimestamp(), Resilience.Pause(failure, _next), failure);
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return _length;
    }

    /// <summary>While it lasts, throws what happened: a new exception for each caller, with all that the first one says.</summary>
    public void ThrowIfOn()
    {
        if (Left is var left && left > TimeSpan.Zero)
        {
            throw _failure switch
            {
                MeteringUnavailableException away =>
                    new MeteringUnavailableException(away.Message, away) { RetryAfter = left, Status = away.Status },
                MeteringProblemException refused => new MeteringProblemException(refused),
                _ => new MeteringException(_failure!.Message, _failure),
            };
        }
    }

    /// <summary>Ends it early.</summary>
    public void End() => _length = TimeSpan.Zero;

    /// <summary>Notes that all went well, so that the next one is short again.</summary>
    public void Reset() => _next = First;
}
