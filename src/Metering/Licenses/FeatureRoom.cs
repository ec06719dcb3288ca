using System.Collections.Immutable;

namespace Metering;

/// <summary>Whether a license has room for what an assignment or a plan brings.</summary>
internal static class FeatureRoom
{
    /// <summary>The refusal of features and plans for which there is no room; null when there is.</summary>
    /// <param name="state">The license.</param>
    /// <param name="features">The features that it is to get, on their terms.</param>
    /// <param name="plans">The plans that it is to be on in place of its own; null: it stays on those.</param>
    public static Refusal? Refuse(LicenseState state, ImmutableArray<FeatureTerms> features, ImmutableArray<PlanTerms>? plans)
    {
        // What takes no more room than what it replaces is let through, also where a license is full.
        var more = plans is null ? 0 : plans.Value.Sum(plan => LicenseRoom.Of(new PlanReference(plan.PlanId, plan.Version, plan.Group)))
            - state.Plans.Sum(LicenseRoom.Of);
        var tiers = state.Meters.Sum(meter => meter.Terms.Tiers.Length);
        foreach (var (feature, terms) in features)
        {
            var known = state.FindMeter(feature.Code);
            tiers += terms.Tiers.Length - (known?.Terms.Tiers.Length ?? 0);
            more += LicenseRoom.Of(feature) - (known is null ? 0 : LicenseRoom.Of(known.Feature));
        }

        if (tiers > MeterLimits.LicenseTiers)
        {
            return Change.Refuse(
                RefusalCode.LimitReached, $"The features of a license have at most {MeterLimits.LicenseTiers} tiers together.");
        }

        return more <= 0 || LicenseRoom.Has(state, more) ? null : LicenseRoom.None("feature");
    }
}
