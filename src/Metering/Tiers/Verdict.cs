namespace Metering;

/// <summary>What the policies say of a use (rule 6).</summary>
/// <param name="Code">Why not; null: it may happen.</param>
/// <param name="Detail">Why not, for people.</param>
/// <param name="Rate">The rate that was taken from last, as <see cref="MeterState.LastRate"/>.</param>
/// <param name="RateNext">What to keep of it, as <see cref="MeterState.RateNext"/>.</param>
internal readonly record struct Verdict(string? Code, string? Detail, Rate? Rate, decimal RateNext)
{
    /// <summary>The tier that refuses; null where no tier does.</summary>
    public Tier? By { get; init; }

    /// <summary>In how many seconds the rate lets it through.</summary>
    public long? RetryAfterSeconds { get; init; }

    /// <summary>Whether the period's end or a grant may bring it about that the use passes.</summary>
    public bool MayReturn { get; init; }

    /// <summary>The tier that suspends use with this refusal.</summary>
    public Tier? Suspends { get; init; }

    /// <summary>
    /// What the policies say: of each unit the policy of the tier in which it lies, also of those that are only passed on the way.
    /// </summary>
    /// <remarks>
    /// Judging only where a use ends would let a large one jump over a tier that stops every small one, and what is allowed in all must not
    /// depend on how use is cut into requests.
    /// </remarks>
    /// <param name="meter">The meter; what is held counts as if it were used.</param>
    /// <param name="tiers">Its tiers.</param>
    /// <param name="units">Units that use would rise by; with none, only a suspension stops it.</param>
    /// <param name="now">Now.</param>
    public static Verdict Of(MeterState meter, TierTable tiers, decimal units, DateTimeOffset now)
    {
        if (meter.Suspended)
        {
            return No(RefusalCode.UsageSuspended, RefusalText.Suspended(meter)) with { MayReturn = meter.ResumesNextPeriod };
        }

        var verdict = Yes(meter);

        // In rising order: what is taken of one tier's rate is what the next tier's goes on from.
        var use = new TierUse(meter, tiers, 0, Stretch.AfterHolds(meter, units), units, now);
        for (var i = 0; i < tiers.Count && verdict.Code is null; i++)
        {
            use = use with { Index = i };
            if (use.Units > 0)
            {
                verdict = tiers[i].Tier.Rule.Decide(use, verdict);
            }
        }

        return verdict;
    }

    public static Verdict Yes(MeterState meter) => new(null, null, meter.LastRate, meter.RateNext);

    public static Verdict No(string code, string detail, Tier? by = null) => new(code, detail, null, 0) { By = by };

    /// <summary>The meter with what the use takes from the rate.</summary>
    public MeterState Keep(MeterState meter) => RateNext == meter.RateNext ? meter : meter with { RateNext = RateNext, LastRate = Rate };
}
