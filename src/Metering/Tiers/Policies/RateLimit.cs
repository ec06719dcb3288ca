namespace Metering;

/// <summary>Allows at the tier's rate, by <see cref="Gcra"/>. It limits how fast use comes, not how far it goes.</summary>
internal sealed class RateLimit : PolicyRule
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The tier has no rate: a bug, for terms are refused without one.</exception>
    public override Rate RateOf(Tier tier) =>
        tier.Rate ?? throw new InvalidOperationException($"The tier from {tier.From} limits the rate, and has none.");

    // Only the units inside the tier take from its rate; those before it came at the rate of their own tiers, or at any.
    public override Verdict Decide(in TierUse use, in Verdict before)
    {
        var tier = use.Tier;
        var rate = RateOf(tier.Tier);
        var units = use.Units;
        if (units > rate.Burst)
        {
            // No time brings this about, so there is none to promise.
            return Verdict.No(RefusalCode.QuotaExceeded, RefusalText.Burst(tier, rate, units), tier.Tier);
        }

        var start = Gcra.Carry(before.Rate, before.RateNext, rate, use.Now);
        return Gcra.Conforms(rate, start, units, use.Now, out var next, out var retryAfter)
            ? before with { Rate = rate, RateNext = next }
            : Verdict.No(RefusalCode.RateLimited, RefusalText.Rate(tier, rate, retryAfter), tier.Tier) with
            {
                RetryAfterSeconds = retryAfter,
            };
    }
}
