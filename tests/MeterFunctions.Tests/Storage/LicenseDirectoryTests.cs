using System.Collections.Immutable;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Storage;

[Collection(StorageCollection.Name)]
public sealed class LicenseDirectoryTests(Azurite azurite)
{
    [Fact]
    public async Task A_license_is_found_by_id_by_key_and_by_tenant()
    {
        await using var app = new App(azurite);
        var directory = app.Get<ILicenseDirectory>();
        await directory.AddAsync(License("lic_a", "tenant/1 #?"), default);

        Assert.Equal("tenant/1 #?", (await directory.FindAsync("lic_a", default))!.TenantId);
        Assert.Equal("lic_a", await directory.FindByKeyHashAsync(Hash("lic_a"), default));
        Assert.Equal("lic_a", Assert.Single((await directory.ListAsync("tenant/1 #?", null, 10, default)).Items).Id);
        Assert.Empty((await directory.ListAsync("tenant/1", null, 10, default)).Items);
        Assert.Null(await directory.FindAsync("lic_b", default));
        Assert.Null(await directory.FindByKeyHashAsync("00", default));
    }

    [Fact]
    public async Task A_rotated_key_opens_nothing_even_while_its_row_is_there()
    {
        await using var app = new App(azurite);
        var directory = app.Get<ILicenseDirectory>();
        await directory.AddAsync(License("lic_a", "t"), default);
        await directory.ChangeAsync("lic_a", license => license with { KeyHash = Hash("new") }, default);

        Assert.Null(await directory.FindByKeyHashAsync(Hash("lic_a"), default));
        Assert.Equal("lic_a", await directory.FindByKeyHashAsync(Hash("new"), default));

        // As a crash between the steps of the rotation would leave it.
        await app.Tables.PutAsync("LicenseKeys", new Azure.Data.Tables.TableEntity(Hash("lic_a"), "key") { ["LicenseId"] = "lic_a" }, default);
        Assert.Null(await directory.FindByKeyHashAsync(Hash("lic_a"), default));
    }

    [Fact]
    public async Task Changes_on_two_instances_take_nothing_back()
    {
        await using var one = new App(azurite);
        await using var other = new App(azurite, prefix: one.Prefix);
        await one.Get<ILicenseDirectory>().AddAsync(License("lic_a", "t"), default);

        // While one instance changes the metadata, the other rotates the key.
        var calls = 0;
        await one.Get<ILicenseDirectory>().ChangeAsync(
            "lic_a",
            license =>
            {
                if (calls++ == 0)
                {
                    other.Get<ILicenseDirectory>().ChangeAsync("lic_a", known => known with { KeyHash = Hash("new") }, default).AsTask().GetAwaiter().GetResult();
                }

                return license with { RotatedBy = "somebody" };
            },
            default);

        var changed = (await other.Get<ILicenseDirectory>().FindAsync("lic_a", default))!;
        Assert.Equal((2, Hash("new"), "somebody"), (calls, changed.KeyHash, changed.RotatedBy));
        Assert.Null(await one.Get<ILicenseDirectory>().FindByKeyHashAsync(Hash("lic_a"), default));
        Assert.Equal("lic_a", await one.Get<ILicenseDirectory>().FindByKeyHashAsync(Hash("new"), default));
        Assert.Equal(changed, Assert.Single((await one.Get<ILicenseDirectory>().ListAsync("t", null, 10, default)).Items));
        Assert.Null(await one.Get<ILicenseDirectory>().ChangeAsync("lic_none", license => license with { Deleted = true }, default));
    }

    [Fact]
    public async Task A_license_that_is_added_twice_is_the_first_one()
    {
        await using var app = new App(azurite);
        var directory = app.Get<ILicenseDirectory>();
        var added = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => directory.AddAsync(License("lic_a", "t") with { KeyHash = Hash($"key {i}") }, default).AsTask()));

        var kept = Assert.Single(added.Distinct());
        Assert.Equal(kept, await directory.FindAsync("lic_a", default));
        foreach (var i in Enumerable.Range(0, 4))
        {
            Assert.Equal(kept.KeyHash == Hash($"key {i}") ? "lic_a" : null, await directory.FindByKeyHashAsync(Hash($"key {i}"), default));
        }
    }

    [Fact]
    public async Task Pages_hold_every_license_once_in_the_order_of_ids()
    {
        await using var app = new App(azurite);
        var directory = app.Get<ILicenseDirectory>();
        var ids = Enumerable.Range(0, 23).Select(i => $"lic_{i:D3}").ToArray();
        await Task.WhenAll(ids.Reverse().Select((id, i) => directory.AddAsync(License(id, i % 2 == 0 ? "even" : "odd"), default).AsTask()));
        await directory.ChangeAsync("lic_005", license => license with { Deleted = true }, default);

        Assert.Equal(ids.Where(id => id != "lic_005"), await AllAsync(directory, null, 5));
        Assert.Equal(ids.Where((_, i) => i % 2 == 0), await AllAsync(directory, "even", 4));
        Assert.Equal(ids.Where((_, i) => i % 2 == 1 && i != 5), await AllAsync(directory, "odd", 1));
        Assert.True((await directory.FindAsync("lic_005", default))!.Deleted);
    }

    [Fact]
    public async Task A_cursor_of_another_tenant_is_refused()
    {
        await using var app = new App(azurite);
        var directory = app.Get<ILicenseDirectory>();
        await directory.AddAsync(License("lic_a", "t"), default);
        await directory.AddAsync(License("lic_b", "t"), default);
        var cursor = (await directory.ListAsync("t", null, 1, default)).NextCursor!;

        Assert.Equal("lic_b", Assert.Single((await directory.ListAsync("t", cursor, 1, default)).Items).Id);
        await Assert.ThrowsAsync<FormatException>(async () => await directory.ListAsync("u", cursor, 1, default));
        await Assert.ThrowsAsync<FormatException>(async () => await directory.ListAsync(null, cursor, 1, default));
        await Assert.ThrowsAsync<FormatException>(async () => await directory.ListAsync("t", "' or 1 eq 1", 1, default));
    }

    [Fact]
    public async Task Licenses_that_have_or_had_a_feature_are_found_oldest_first()
    {
        await using var app = new App(azurite);
        var directory = app.Get<ILicenseDirectory>();
        LicenseFeatures Features(int i, DateTimeOffset? until, IEnumerable<string> codes) => new(
            $"lic_{9999 - i}", "tenant/0", App.Start.AddSeconds(i), codes.ToImmutableSortedDictionary(code => code, _ => ImmutableArray.Create(new FeatureSpan(App.Start.AddSeconds(i), until))));
        await Parallel.ForEachAsync(Enumerable.Range(0, 1200), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, cancel) =>
            await directory.NoteFeaturesAsync(Features(i, null, ["calls"]), cancel));
        await directory.NoteFeaturesAsync(Features(3, App.Start.AddDays(1), Enumerable.Range(0, 200).Select(i => $"f_{i}").Append("calls")), default);

        var holders = await directory.HoldersAsync("tenant/0", "calls", default);

        Assert.Equal(Enumerable.Range(0, 1200).Select(i => $"lic_{9999 - i}"), holders.Select(holder => holder.LicenseId));
        Assert.Equal((App.Start.AddSeconds(3), false), (holders[3].CreatedAt, holders[3].HasNow));
        Assert.Equal([new FeatureSpan(App.Start.AddSeconds(3), App.Start.AddDays(1))], holders[3].Spans.ToArray());
        Assert.Equal("lic_9996", Assert.Single(await directory.HoldersAsync("tenant/0", "f_199", default)).LicenseId);
        Assert.Empty(await directory.HoldersAsync("tenant/0", "f", default));
        Assert.Empty(await directory.HoldersAsync("tenant", "calls", default));
    }

    private static async Task<List<string>> AllAsync(ILicenseDirectory directory, string? tenant, int limit)
    {
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = await directory.ListAsync(tenant, cursor, limit, default);
            Assert.InRange(page.Items.Count, 1, limit);
            ids.AddRange(page.Items.Select(license => license.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return ids;
    }

    private static LicenseRecord License(string id, string tenant) => new() { Id = id, TenantId = tenant, KeyHash = Hash(id), CreatedAt = App.Start };

    private static string Hash(string text) => TextHash.Of(text);
}
