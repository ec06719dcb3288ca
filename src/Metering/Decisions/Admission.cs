namespace Metering;

/// <summary>Whether use may happen: the policies of the tier in which it would end (rule 6).</summary>
internal static class Admission
{
    /// <summary>Decides on raising use.</summary>
    /// <param name="meter">The meter; what is held counts as if it were used.</param>
    /// <param name="tiers">Its tiers.</param>
    /// <param name="amount">Units; above zero.</param>
    /// <param name="now">Now.</param>
    public static Verdict Decide(MeterState meter, TierTable tiers, decimal amount, DateTimeOffset now)
    {
        if (meter.Suspended)
        {
            return Verdict.No(RefusalCode.UsageSuspended, "Use of this feature is suspended until it is resumed.");
        }

        var end = meter.Used + meter.Held + amount;
        var (from, tier, _) = tiers.At(end);
        switch (tier.Policy)
        {
            case Policy.NotifyOnly:
            case Policy.AllowWithOverage:
                return Verdict.Yes(meter.RateNext);
            case Policy.AllowWithGrace when end <= from + tier.Grace:
                return Verdict.Yes(meter.RateNext);
            case Policy.RateLimit when tier.Rate is { } rate:
                if (RateLimiting.Conforms(rate, meter.RateNext, amount, now, out var next, out var retryAfter))
                {
                    return Verdict.Yes(next);
                }

                var tooMuch = amount > rate.Burst ? " The amount is more than the burst, so it cannot pass at once." : "";
                return Verdict.No(RefusalCode.RateLimited, $"The rate is used up for now.{tooMuch}") with { RetryAfterSeconds = retryAfter };
            case Policy.SuspendUsage:
                return Verdict.No(RefusalCode.UsageSuspended, "The use would pass a threshold that suspends use.") with { Suspends = tier };
            default:
                return Verdict.No(RefusalCode.QuotaExceeded, "The allowance does not cover the amount.");
        }
    }

    /// <summary>How much of an amount would be let through (rule 4, <c>allow_partial</c>).</summary>
    public static decimal Part(MeterState meter, TierTable tiers, decimal amount)
    {
        var position = meter.Used + meter.Held;
        return tiers.Ceiling(position) is { } ceiling ? Math.Clamp(ceiling - position, 0, amount) : amount;
    }
}

/// <summary>What the policies say.</summary>
internal readonly record struct Verdict(string? Code, string? Detail, decimal RateNext)
{
    public long? RetryAfterSeconds { get; init; }

    /// <summary>The tier that suspends use with this refusal.</summary>
    public Tier? Suspends { get; init; }

    public static Verdict Yes(decimal rateNext) => new(null, null, rateNext);

    public static Verdict No(string code, string detail) => new(code, detail, 0);
}
