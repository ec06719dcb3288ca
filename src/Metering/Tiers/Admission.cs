namespace Metering;

/// <summary>Whether use may happen: the policies of the tiers in which its units lie (rule 6).</summary>
/// <remarks>
/// Each unit is judged where it lies, also those that the use only passes on its way. Judging only where a use ends would let a large
/// one jump over a tier that stops every small one, and what is allowed in all must not depend on how use is cut into requests.
/// </remarks>
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
            return Verdict.No(RefusalCode.UsageSuspended, RefusalText.Suspended(meter)) with { MayReturn = meter.ResumesNextPeriod };
        }

        var stretch = Stretch.AfterHolds(meter, amount);
        var verdict = Verdict.Yes(meter);
        for (var i = 0; i < tiers.Count; i++)
        {
            var units = tiers.Units(i, stretch);
            if (units == 0)
            {
                continue;
            }

            var tier = tiers[i].Tier;
            switch (tier.Policy)
            {
                case Policy.NotifyOnly:
                case Policy.AllowWithOverage:
                case Policy.AllowWithGrace when tiers.Units(i, stretch.Beyond(tiers[i].From + tier.Grace)) == 0:
                    break;
                case Policy.RateLimit when tier.Rate is { } rate:
                    if (units > rate.Burst)
                    {
                        // No time brings this about, so there is none to promise.
                        return Verdict.No(RefusalCode.QuotaExceeded, RefusalText.Burst(tiers[i], rate, units), tier);
                    }

                    var start = Gcra.Carry(verdict.Rate, verdict.RateNext, rate, now);
                    if (!Gcra.Conforms(rate, start, units, now, out var next, out var retryAfter))
                    {
                        return Verdict.No(RefusalCode.RateLimited, RefusalText.Rate(tiers[i], rate, retryAfter), tier) with
                        {
                            RetryAfterSeconds = retryAfter,
                        };
                    }

                    verdict = verdict with { Rate = rate, RateNext = next };
                    break;
                case Policy.SuspendUsage:
                    return Verdict.No(RefusalCode.UsageSuspended, RefusalText.Refused(tiers[i], meter, amount), tier) with
                    {
                        Suspends = tier,
                        MayReturn = tier.ResumesNextPeriod,
                    };
                default:
                    return Verdict.No(RefusalCode.QuotaExceeded, RefusalText.Refused(tiers[i], meter, amount), tier) with { MayReturn = true };
            }
        }

        return verdict;
    }

    /// <summary>How many units the policies would let through now, rates aside; null: without end.</summary>
    public static decimal? Room(MeterState meter, TierTable tiers)
    {
        if (meter.Suspended)
        {
            return 0;
        }

        var next = Stretch.AfterHolds(meter, decimal.MaxValue / 4);
        if (tiers.Ceiling(next.From) is { } within && within < next.From + next.Covered)
        {
            return Math.Max(0, within - next.From);
        }

        return Allowance.Left(meter) is null ? null
            : tiers.Ceiling(next.OverFrom) is { } beyond ? next.Covered + Math.Max(0, beyond - next.OverFrom)
            : null;
    }

    /// <summary>How much of an amount would be let through (rule 4, <c>allow_partial</c>).</summary>
    public static decimal Part(MeterState meter, TierTable tiers, decimal amount) => Math.Min(amount, Room(meter, tiers) ?? amount);
}
