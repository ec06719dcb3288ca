using System.Collections.Immutable;

namespace Metering;

/// <summary>The catalog at one moment: every feature, and every version of every plan.</summary>
public sealed record CatalogSnapshot
{
    /// <summary>A catalog with nothing in it.</summary>
    public static readonly CatalogSnapshot Empty = new();

    /// <summary>Features by code.</summary>
    // Ordinal here and below: the order of a culture may differ from machine to machine.
    public ImmutableSortedDictionary<string, Feature> Features { get; init; } =
        ImmutableSortedDictionary.Create<string, Feature>(StringComparer.Ordinal);

    /// <summary>Versions of each plan, oldest first, by plan id.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<Plan>> Plans { get; init; } =
        ImmutableSortedDictionary.Create<string, ImmutableArray<Plan>>(StringComparer.Ordinal);

    /// <summary>A version of a plan, the latest by default; null when there is none.</summary>
    public Plan? FindPlan(string id, int? version = null)
    {
        if (!Plans.TryGetValue(id, out var versions))
        {
            return null;
        }

        return version is null ? versions[^1] : versions.FirstOrDefault(plan => plan.Version == version);
    }

    /// <summary>The latest version of the default plan of each group, in the groups' order.</summary>
    // Latest first, then defaults: a plan that was the default in an earlier version is one no longer.
    public IEnumerable<Plan> Defaults => Plans.Values
        .Select(versions => versions[^1])
        .Where(plan => plan.Default)
        .GroupBy(plan => plan.Group, StringComparer.Ordinal)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => group.First());

    /// <summary>A plan with its features looked up, ready for a license.</summary>
    // The terms go along: a license's decisions follow from the command's arguments alone, and the catalog may have changed by then.
    public PlanTerms Resolve(Plan plan) => new(
        plan.Id,
        plan.Version,
        plan.Group,
        [.. plan.Includes.Select(include => new FeatureTerms(Features[include.FeatureCode].OnLicense(), include.Terms))]);
}
