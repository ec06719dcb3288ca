using System.Collections.Immutable;

namespace Metering;

/// <summary>One version of a plan as a license takes it on: what it gives, resolved from the catalog.</summary>
/// <param name="PlanId">The plan.</param>
/// <param name="Version">Its version, from 1; a version never changes once published.</param>
/// <param name="Group">The group; a license has one plan of each group.</param>
/// <param name="Features">What the plan gives.</param>
public sealed record PlanTerms(string PlanId, int Version, string Group, ImmutableArray<FeatureTerms> Features);
