using System.Collections.Immutable;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Storage;

[Collection(StorageCollection.Name)]
public sealed class CatalogStoreTests(Azurite azurite)
{
    [Fact]
    public async Task Without_a_change_the_catalog_is_empty()
    {
        await using var app = new App(azurite);

        Assert.Empty((await app.Get<ICatalogStore>().ReadAsync(default)).Features);
    }

    [Fact]
    public async Task Another_instance_reads_what_was_changed_with_every_version_of_a_plan()
    {
        await using var app = new App(azurite);
        await app.Get<ICatalogStore>().ChangeAsync(catalog => With(catalog, "calls", 3), default);
        await using var other = new App(azurite, prefix: app.Prefix);

        var read = await other.Get<ICatalogStore>().ReadAsync(default);

        Assert.Equal("calls", Assert.Single(read.Features).Key);
        Assert.Equal([1, 2, 3], read.Plans["plan"].Select(plan => plan.Version));
        Assert.Equal(12.5m, read.FindPlan("plan", 2)!.Includes[0].Terms.Limit);
    }

    [Fact]
    public async Task Changes_of_two_instances_at_once_are_both_kept()
    {
        await using var app = new App(azurite);
        await using var other = new App(azurite, prefix: app.Prefix);
        var changes = Enumerable.Range(0, 12).Select(i => (i % 2 == 0 ? app : other).Get<ICatalogStore>()
            .ChangeAsync(catalog => With(catalog, $"feature_{i:D2}", 0), default).AsTask());

        await Task.WhenAll(changes);

        await using var reader = new App(azurite, prefix: app.Prefix);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"feature_{i:D2}"), (await reader.Get<ICatalogStore>().ReadAsync(default)).Features.Keys);
    }

    [Fact]
    public async Task A_large_catalog_is_stored_in_pieces_and_read_whole()
    {
        await using var app = new App(azurite);
        var random = new Random(1);
        var features = Enumerable.Range(0, 4000).ToImmutableSortedDictionary(
            i => $"f{i:D5}",
            i => new Feature { Code = $"f{i:D5}", Name = Convert.ToHexString(Enumerable.Range(0, 60).Select(_ => (byte)random.Next(256)).ToArray()) },
            StringComparer.Ordinal);
        await app.Get<ICatalogStore>().ChangeAsync(_ => new CatalogSnapshot { Features = features }, default);

        await using var reader = new App(azurite, prefix: app.Prefix);
        Assert.Equal(features.Values, (await reader.Get<ICatalogStore>().ReadAsync(default)).Features.Values);
        var pieces = await app.Tables.QueryAsync("Catalog", "PartitionKey eq 'catalog' and RowKey ge 'c' and RowKey lt 'd'", 100, default);
        Assert.True(pieces.Count > 1);
    }

    private static CatalogSnapshot With(CatalogSnapshot catalog, string feature, int versions) => catalog with
    {
        Features = catalog.Features.SetItem(feature, new Feature { Code = feature, Kind = FeatureKind.Metered }),
        Plans = versions == 0
            ? catalog.Plans
            : catalog.Plans.SetItem("plan", [.. Enumerable.Range(1, versions).Select(i => new Plan
            {
                Id = "plan",
                Version = i,
                PublishedAt = App.Start,
                Includes = [new PlanInclude(feature, new Terms { Limit = 10.5m + i })],
            })]),
    };
}
