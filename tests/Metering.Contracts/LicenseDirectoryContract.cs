using System.Security.Cryptography;
using System.Text;

namespace Metering.Contracts;

/// <summary>What <see cref="ILicenseDirectory"/> promises of licenses: by id, by key and by tenant.</summary>
public abstract class LicenseDirectoryContract(Func<ValueTask<PortsHost>> start) : PortContract<ILicenseDirectory>(start)
{
    [Fact]
    public async Task A_license_is_found_by_id_by_key_and_by_tenant()
    {
        var license = License("lic_a", "tenant/1 #?");
        Assert.Equal(license, await Port.AddAsync(license, None));

        await NowAndAfterRestartAsync(async port =>
        {
            Assert.Equal(license, await port.FindAsync("lic_a", None));
            Assert.Equal("lic_a", await port.FindByKeyHashAsync(license.KeyHash, None));
            Assert.Equal([ListedLicense.Of(license, null)], (await port.ListAsync("tenant/1 #?", null, 10, None)).Items);
            Assert.Empty((await port.ListAsync("tenant/1", null, 10, None)).Items);
            Assert.Null(await port.FindAsync("lic_b", None));
            Assert.Null(await port.FindByKeyHashAsync(Hash("another"), None));
        });
    }

    [Fact]
    public async Task Of_licenses_that_are_added_together_with_one_id_the_first_stays_and_only_its_key_opens_it()
    {
        var ports = await InstancesAsync();
        var added = await TogetherAsync(
            6, i => ports[i % ports.Length].AddAsync(License("lic_a") with { KeyHash = Hash($"key {i}") }, None));
        var again = await Port.AddAsync(License("lic_a") with { TenantId = "another" }, None);

        var kept = Assert.Single(added.Append(again).Distinct());
        Assert.Equal(kept, await Port.FindAsync("lic_a", None));
        Assert.Equal([ListedLicense.Of(kept, null)], (await Port.ListAsync(null, null, 10, None)).Items);
        foreach (var i in Enumerable.Range(0, 6))
        {
            Assert.Equal(kept.KeyHash == Hash($"key {i}") ? "lic_a" : null, await Port.FindByKeyHashAsync(Hash($"key {i}"), None));
        }
    }

    [Fact]
    public async Task A_change_answers_what_it_made_and_what_is_not_there_is_not_changed()
    {
        await Port.AddAsync(License("lic_a"), None);

        var changed = await Port.ChangeAsync("lic_a", license => license with { ChangedBy = "somebody" }, None);
        var same = await Port.ChangeAsync("lic_a", license => license, None);

        Assert.Equal(License("lic_a") with { ChangedBy = "somebody" }, changed);
        Assert.Equal(changed, same);
        Assert.Equal(changed, await (await RestartAsync()).FindAsync("lic_a", None));
        Assert.Null(await Port.ChangeAsync("lic_none", license => license with { Deleted = true }, None));
    }

    [Fact]
    public async Task A_changed_key_opens_the_license_and_the_one_before_no_longer_does()
    {
        await Port.AddAsync(License("lic_a"), None);

        await Port.ChangeAsync("lic_a", license => license with { KeyHash = Hash("new") }, None);

        Assert.Null(await Port.FindByKeyHashAsync(License("lic_a").KeyHash, None));
        Assert.Equal("lic_a", await Port.FindByKeyHashAsync(Hash("new"), None));
    }

    [Fact]
    public async Task A_deleted_license_is_found_by_its_id_and_its_key_opens_nothing()
    {
        await Port.AddAsync(License("lic_a"), None);

        await Port.ChangeAsync("lic_a", license => license with { Deleted = true }, None);

        await NowAndAfterRestartAsync(async port =>
        {
            Assert.True((await port.FindAsync("lic_a", None))!.Deleted);
            Assert.Null(await port.FindByKeyHashAsync(License("lic_a").KeyHash, None));
        });
    }

    [Fact]
    public async Task Of_changes_that_come_together_none_is_lost()
    {
        var writers = await InstancesAsync();
        await Port.AddAsync(License("lic_a"), None);

        await TogetherAsync(writers.Length, async writer =>
        {
            for (var i = 0; i < 10; i++)
            {
                await writers[writer].ChangeAsync(
                    "lic_a", license => license with { ChangedBy = license.ChangedBy + (char)('0' + writer) }, None);
            }

            return writer;
        });

        var changed = (await Port.FindAsync("lic_a", None))!.ChangedBy!;
        Assert.Equal(10, changed.Count(letter => letter == '0'));
        Assert.Equal(10, changed.Count(letter => letter == '1'));
    }

    [Fact]
    public async Task A_change_that_meets_another_one_is_made_on_what_that_left()
    {
        var other = (await InstancesAsync())[1];
        await Port.AddAsync(License("lic_a"), None);
        Task? meanwhile = null;

        await Port.ChangeAsync(
            "lic_a",
            license =>
            {
                // Begun while this one is under way. Where a store has one writer it waits for it; elsewhere it comes first.
                meanwhile ??= Task.Run(() =>
                    other.ChangeAsync("lic_a", known => known with { KeyHash = Hash("new") }, None).AsTask());
                return license with { ChangedBy = "somebody" };
            },
            None);
        await meanwhile!;

        var changed = (await other.FindAsync("lic_a", None))!;
        Assert.Equal((Hash("new"), "somebody"), (changed.KeyHash, changed.ChangedBy));
        Assert.Equal("lic_a", await Port.FindByKeyHashAsync(Hash("new"), None));
        Assert.Null(await Port.FindByKeyHashAsync(License("lic_a").KeyHash, None));
    }

    [Fact]
    public async Task Lists_hold_every_license_once_in_the_order_of_ids_and_none_that_was_deleted()
    {
        var ids = Enumerable.Range(0, 23).Select(i => $"lic_{i:D3}").ToArray();
        await TogetherAsync(ids.Length, i => Port.AddAsync(License(ids[ids.Length - 1 - i], i % 2 == 0 ? "even" : "odd"), None));
        await Port.ChangeAsync("lic_005", license => license with { Deleted = true }, None);

        Assert.Equal(ids.Where(id => id != "lic_005"), await IdsAsync(null, 5));
        Assert.Equal(ids.Where((_, i) => i % 2 == 0), await IdsAsync("even", 4));
        Assert.Equal(ids.Where((_, i) => i % 2 == 1 && i != 5), await IdsAsync("odd", 1));
        Assert.Null((await Port.ListAsync("odd", null, 10, None)).NextCursor);
        Assert.True((await Port.FindAsync("lic_005", None))!.Deleted);
    }

    [Fact]
    public async Task A_cursor_that_the_list_did_not_give_is_refused()
    {
        await Port.AddAsync(License("lic_a"), None);
        await Port.AddAsync(License("lic_b"), None);
        var cursor = (await Port.ListAsync("tenant_1", null, 1, None)).NextCursor!;

        Assert.Equal("lic_b", Assert.Single((await Port.ListAsync("tenant_1", cursor, 1, None)).Items).Id);
        await Assert.ThrowsAsync<FormatException>(async () => await Port.ListAsync("tenant_2", cursor, 1, None));
        await Assert.ThrowsAsync<FormatException>(async () => await Port.ListAsync(null, cursor, 1, None));
        await Assert.ThrowsAsync<FormatException>(async () => await Port.ListAsync("tenant_1", "?", 1, None));
        await Assert.ThrowsAsync<FormatException>(async () => await Port.ListAsync("tenant_1", "' or 1 eq 1", 1, None));
    }

    private async Task<IEnumerable<string>> IdsAsync(string? tenant, int limit) =>
        (await AllAsync(limit, cursor => Port.ListAsync(tenant, cursor, limit, None))).Select(license => license.Id);

    private static LicenseRecord License(string id, string tenant = "tenant_1") =>
        new() { Id = id, TenantId = tenant, KeyHash = Hash(id), CreatedAt = Start };

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
