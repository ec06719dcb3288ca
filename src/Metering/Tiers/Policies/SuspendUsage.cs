namespace Metering;

/// <summary>Refuses this and everything after it, until use is resumed, or until the next period where the tier says so.</summary>
internal sealed class SuspendUsage : PolicyRule
{
    public override decimal? Reach(in ResolvedTier tier) => tier.From;

    protected override string Does(Tier tier) => "suspends use";

    // More allowance does not lift a suspension, so only a next period that does lets the same use pass.
    protected override Verdict Refuse(in TierUse use) => base.Refuse(use) with
    {
        Code = RefusalCode.UsageSuspended,
        Suspends = use.Tier.Tier,
        MayReturn = use.Tier.Tier.ResumesNextPeriod,
    };
}
