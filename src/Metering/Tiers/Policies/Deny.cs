namespace Metering;

/// <summary>Refuses.</summary>
internal sealed class Deny : PolicyRule
{
    public override decimal? Reach(in ResolvedTier tier) => tier.From;
}
