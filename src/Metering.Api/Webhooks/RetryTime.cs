namespace Metering.Api;

/// <summary>
/// For how long a delivery has been tried, whatever the clock does meanwhile: one that jumps, there or back, must not disable a webhook,
/// nor have it tried for years. It begins with the clock's time, and goes on by the time that passes.
/// </summary>
internal sealed class RetryTime(TimeProvider time)
{
    private readonly DateTimeOffset _began = time.GetUtcNow();
    private readonly long _stamp = time.GetTimestamp();

    /// <summary>What is noted of a first attempt, UTC.</summary>
    public DateTimeOffset Now => _began + time.GetElapsedTime(_stamp);

    /// <summary>How long ago a first attempt was; below zero while the clock is set back.</summary>
    /// <param name="first">What was noted of it, maybe by an earlier process.</param>
    // The clock's time where it is the earlier one: this process may have begun while the clock was ahead.
    public TimeSpan Since(DateTimeOffset first)
    {
        var (own, clock) = (Now, time.GetUtcNow());
        return (clock < own ? clock : own) - first;
    }
}
