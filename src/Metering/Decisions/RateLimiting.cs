namespace Metering;

/// <summary>
/// GCRA, the generic cell rate algorithm: units may come up to a burst at once, and regain at an even pace. Kept is only the time at
/// which the next unit would come if all came evenly.
/// </summary>
internal static class RateLimiting
{
    /// <summary>Whether an amount conforms now.</summary>
    /// <param name="rate">The rate.</param>
    /// <param name="next">The theoretical arrival time that is kept, in ticks.</param>
    /// <param name="amount">Units.</param>
    /// <param name="now">Now.</param>
    /// <param name="newNext">The arrival time to keep when the amount is let through.</param>
    /// <param name="retryAfterSeconds">Whole seconds after which it conforms, when it does not.</param>
    public static bool Conforms(Rate rate, long next, decimal amount, DateTimeOffset now, out long newNext, out long retryAfterSeconds)
    {
        var start = Math.Max(now.UtcTicks, next);
        newNext = start + Span(rate, Math.Min(amount, rate.Burst));
        var wait = newNext - now.UtcTicks - Span(rate, rate.Burst);
        if (wait <= 0 && amount <= rate.Burst)
        {
            retryAfterSeconds = 0;
            return true;
        }

        retryAfterSeconds = Math.Max(1, Seconds(wait));
        return false;
    }

    /// <summary>How a rate stands now.</summary>
    public static RateView View(Rate rate, long next, DateTimeOffset now)
    {
        var behind = Math.Max(0, next - now.UtcTicks);
        var free = Math.Max(0, Span(rate, rate.Burst) - behind);
        var remaining = Math.Round(free * rate.Amount / rate.Interval.Ticks, Amount.MaxFractionDigits, MidpointRounding.ToZero);
        return new RateView(rate.Burst, Seconds(Span(rate, rate.Burst)), Math.Min(remaining, rate.Burst), Seconds(behind));
    }

    private static long Span(Rate rate, decimal amount) => (long)Math.Ceiling(amount / rate.Amount * rate.Interval.Ticks);

    private static long Seconds(long ticks) => (ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
}
