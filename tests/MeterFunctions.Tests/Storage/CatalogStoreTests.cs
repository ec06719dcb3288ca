using System.Collections.Immutable;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Storage;

[Collection(StorageCollection.Name)]
public sealed class CatalogStoreTests(Azurite azurite)
{
    [Fact]
    public async Task A_large_catalog_is_stored_in_pieces_and_read_whole()
    {
        await using var app = new App(azurite);
        var random = new Random(1);
        var features = Enumerable.Range(0, 4000).ToImmutableSortedDictionary(
            i => $"f{i:D5}",
            i =>
                new Feature
                {
                    Code = $"f{i:D5}",
                    Name = Convert.ToHexString(Enumerable.Range(0, 60).Select(_ => (byte)random.Next(256)).ToArray()),
                },
            StringComparer.Ordinal);
        await app.Get<ICatalogStore>().ChangeAsync(_ => new CatalogSnapshot { Features = features }, default);

        await using var reader = new App(azurite, prefix: app.Prefix);
        Assert.Equal(features.Values, (await reader.Get<ICatalogStore>().ReadAsync(default)).Features.Values);
        var pieces = await app.Tables.QueryAsync("Catalog", "PartitionKey eq 'catalog' and RowKey ge 'c' and RowKey lt 'd'", 100, default);
        Assert.True(pieces.Count > 1);
    }
}
