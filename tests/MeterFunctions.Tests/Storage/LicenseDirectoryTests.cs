using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Storage;

[Collection(StorageCollection.Name)]
public sealed class LicenseDirectoryTests(Azurite azurite)
{
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
        await app.Tables.PutAsync(
            "LicenseKeys", new Azure.Data.Tables.TableEntity(Hash("lic_a"), "key") { ["LicenseId"] = "lic_a" }, default);
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
                    other.Get<ILicenseDirectory>().ChangeAsync("lic_a", known => known with { KeyHash = Hash("new") }, default).AsTask()
                        .GetAwaiter().GetResult();
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

    private static LicenseRecord License(string id, string tenant) =>
        new() { Id = id, TenantId = tenant, KeyHash = Hash(id), CreatedAt = App.Start };

    private static string Hash(string text) => TextHash.Of(text);
}
