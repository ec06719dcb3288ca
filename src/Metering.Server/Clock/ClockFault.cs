namespace Metering.Server.Clock;

/// <summary>Whether the server's clock is believed.</summary>
internal static class ClockFault
{
    /// <summary>Why the machine's clock is not followed; null when it is, or when the clock is a test clock.</summary>
    // Nobody may be counting, so asking for the time is what finds out.
    internal static string? Of(IMeterClock clock)
    {
        _ = clock.UtcNow;
        return ((clock is PastClock past ? past.Real : clock) as SystemMeterClock)?.Fault;
    }
}
