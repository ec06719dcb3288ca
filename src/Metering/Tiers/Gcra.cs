namespace Metering;

/// <summary>
/// GCRA, the generic cell rate algorithm: units may come up to a burst at once, and regain at an even pace. Kept is only the time at
/// which the next unit would come if all came evenly; with parts of a tick, so that three thirds of a second are one second.
/// </summary>
internal static class Gcra
{
    /// <summary>Digits after the point of a tick. What is beyond them is dropped in favour of the caller.</summary>
    private const int TickDigits = 9;

    /// <summary>The longest time that a burst may take to come back, in ticks: a thousand years. A slower rate counts as this.</summary>
    private const decimal MaxSpan = 1000m * 365 * TimeSpan.TicksPerDay;

    /// <summary>Whether an amount conforms now.</summary>
    /// <param name="rate">The rate.</param>
    /// <param name="next">The theoretical arrival time that is kept, in ticks.</param>
    /// <param name="amount">Units.</param>
    /// <param name="now">Now.</param>
    /// <param name="newNext">The arrival time to keep when the amount is let through.</param>
    /// <param name="retryAfterSeconds">Whole seconds after which it conforms, when it does not.</param>
    public static bool Conforms(
        Rate rate, decimal next, decimal amount, DateTimeOffset now, out decimal newNext, out long retryAfterSeconds)
    {
        var start = Math.Max(now.UtcTicks, next);
        newNext = start + Span(rate, Math.Min(amount, rate.Burst));
        var wait = newNext - now.UtcTicks - Span(rate, rate.Burst);
        if (wait <= 0 && amount <= rate.Burst)
        {
            retryAfterSeconds = 0;
            return true;
        }

        // Retry-After has whole seconds (RFC 9110), and zero would bring the same request back at once.
        retryAfterSeconds = Math.Max(1, Seconds(wait));
        return false;
    }

    /// <summary>
    /// The arrival time of one rate as another goes on with it. Neither the wait nor the units that were taken grow by a change of rate: a
    /// slow rate that was used up must not block a fast one that comes after it, and going to and fro between two must not free either.
    /// </summary>
    /// <param name="from">The rate that <paramref name="next"/> was kept for; null when none was.</param>
    /// <param name="next">The theoretical arrival time that is kept, in ticks.</param>
    /// <param name="to">The rate that applies now.</param>
    /// <param name="now">Now.</param>
    public static decimal Carry(Rate? from, decimal next, Rate to, DateTimeOffset now)
    {
        var behind = next - now.UtcTicks;
        return from is null || from == to || behind <= 0
            ? next
            : now.UtcTicks + Math.Min(behind, Span(to, Math.Min(Taken(from, behind), to.Burst)));
    }

    /// <summary>
    /// The meter on terms or tiers with another rate than the last: the time that the last one would still wait is carried over to it.
    /// </summary>
    public static MeterState Adopt(MeterState meter, TierTable tiers, DateTimeOffset now)
    {
        // Where no rate was ever taken from, there is nothing to carry over.
        var rate = meter.LastRate is null ? null : tiers.NextRate(Stretch.PlaceOf(meter));
        return rate is null || rate == meter.LastRate
            ? meter
            : meter with { RateNext = Carry(meter.LastRate, meter.RateNext, rate, now), LastRate = rate };
    }

    /// <summary>How a rate stands now.</summary>
    public static RateView View(MeterState meter, Rate rate, DateTimeOffset now)
    {
        var behind = Math.Max(0, Carry(meter.LastRate, meter.RateNext, rate, now) - now.UtcTicks);
        return new RateView(
            rate.Burst,
            Seconds(Span(rate, rate.Burst)),
            // Rounded down, so that what is shown as remaining passes.
            Math.Max(0, Math.Round(rate.Burst - Taken(rate, behind), Amount.MaxFractionDigits, MidpointRounding.ToZero)),
            Seconds(behind));
    }

    // Units that were taken and have not come back, for an arrival time that lies some ticks ahead.
    private static decimal Taken(Rate rate, decimal behind) =>
        behind <= 0 ? 0 : behind < Span(rate, rate.Burst) ? behind * rate.Amount / rate.Interval.Ticks : rate.Burst;

    private static decimal Span(Rate rate, decimal amount)
    {
        // Divided last and rounded down, so that the spans of single units never come to more than the span of all of them.
        return amount / rate.Amount < MaxSpan / rate.Interval.Ticks
            ? Math.Round(amount * rate.Interval.Ticks / rate.Amount, TickDigits, MidpointRounding.ToZero)
            : MaxSpan;
    }

    // Rounded up: who comes back a part of a second early is refused again.
    private static long Seconds(decimal ticks) => (long)Math.Ceiling(ticks / TimeSpan.TicksPerSecond);
}
