namespace Metering;

/// <summary>Allows up to the grace amount beyond the tier's start, then denies.</summary>
internal sealed class AllowWithGrace : PolicyRule
{
    public override decimal? Reach(in ResolvedTier tier) => tier.From + tier.Tier.Grace;

    protected override string Does(Tier tier) => $"allows a grace of {Amount.Format(tier.Grace)} and then denies";
}
