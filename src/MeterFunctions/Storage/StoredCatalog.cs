using System.Collections.Immutable;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>The catalog as it is stored: one document.</summary>
/// <param name="Features">The features.</param>
/// <param name="Plans">Every version of every plan.</param>
internal sealed record StoredCatalog(ImmutableArray<Feature> Features, ImmutableArray<Plan> Plans)
{
    public static StoredCatalog Of(CatalogSnapshot catalog) =>
        new([.. catalog.Features.Values], [.. catalog.Plans.Values.SelectMany(versions => versions)]);

    public CatalogSnapshot ToSnapshot() => new()
    {
        Features = Features.ToImmutableSortedDictionary(feature => feature.Code, feature => feature, StringComparer.Ordinal),
        Plans = Plans.GroupBy(plan => plan.Id, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(
                group => group.Key, group => group.OrderBy(plan => plan.Version).ToImmutableArray(), StringComparer.Ordinal),
    };
}
