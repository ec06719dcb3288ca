namespace Metering;

/// <summary>What a policy decides on the use that lies in its tier (rule 6). Each policy is one file.</summary>
/// <remarks>
/// How far a policy lets use go is said once, as its <see cref="Reach"/>: the decision refuses what lies beyond it, and what an answer
/// shows as room, or a partial consume takes, ends there. Said twice, the two could differ, and an answer would promise what is refused.
/// </remarks>
internal abstract class PolicyRule
{
    /// <summary>The last place in its tier up to which use may go; null: to the tier's end, as far as places go.</summary>
    public virtual decimal? Reach(in ResolvedTier tier) => null;

    /// <summary>The rate at which it lets use through in a tier; null: at any.</summary>
    public virtual Rate? RateOf(Tier tier) => null;

    /// <summary>Decides on the units of a use that lie in its tier.</summary>
    /// <param name="use">The use; some of its units lie in the tier.</param>
    /// <param name="before">What the tiers before it say.</param>
    public virtual Verdict Decide(in TierUse use, in Verdict before) =>
        Reach(use.Tier) is { } reach && use.UnitsBeyond(reach) > 0 ? Refuse(use) : before;

    /// <summary>What it does with use, for people: the verb of a refusal.</summary>
    protected virtual string Does(Tier tier) => "denies";

    /// <summary>The refusal of what lies beyond its reach. More allowance may bring about that the same use passes.</summary>
    protected virtual Verdict Refuse(in TierUse use) =>
        Verdict.No(RefusalCode.QuotaExceeded, RefusalText.Refused(use.Tier, Does(use.Tier.Tier), use.Meter, use.Asked), use.Tier.Tier) with
        {
            MayReturn = true,
        };
}
