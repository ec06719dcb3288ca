using System.Collections.Immutable;

namespace Metering.Reports.Tests.Support;

/// <summary>A catalog of some features.</summary>
internal sealed class FixedCatalog(IEnumerable<Feature> features) : ICatalogStore
{
    private readonly CatalogSnapshot snapshot = new()
    {
        Features = features.ToImmutableSortedDictionary(feature => feature.Code, feature => feature, StringComparer.Ordinal),
    };

    public ValueTask<CatalogSnapshot> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(snapshot);

    public ValueTask<CatalogSnapshot> ChangeAsync(
        Func<CatalogSnapshot, CatalogSnapshot> change, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A report changes no catalog.");
}
