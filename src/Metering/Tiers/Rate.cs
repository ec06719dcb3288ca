namespace Metering;

/// <summary>The rate at which a <see cref="Policy.RateLimit"/> tier lets use through, by GCRA.</summary>
/// <param name="Amount">Units per interval; above zero.</param>
/// <param name="Per">The interval: second, minute, hour or day.</param>
/// <param name="Burst">Units that may come at once; at least one interval's worth is usual, and above zero it must be.</param>
public sealed record Rate(decimal Amount, RateInterval Per, decimal Burst)
{
    /// <summary>Length of the interval.</summary>
    public TimeSpan Interval => Per switch
    {
        RateInterval.Second => TimeSpan.FromSeconds(1),
        RateInterval.Minute => TimeSpan.FromMinutes(1),
        RateInterval.Hour => TimeSpan.FromHours(1),
        _ => TimeSpan.FromDays(1),
    };
}
