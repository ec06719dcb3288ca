using System.Collections.Immutable;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;
using Microsoft.Extensions.Logging.Abstractions;

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

                return license with { ChangedBy = "somebody" };
            },
            default);

        var changed = (await other.Get<ILicenseDirectory>().FindAsync("lic_a", default))!;
        Assert.Equal((2, Hash("new"), "somebody"), (calls, changed.KeyHash, changed.ChangedBy));
        Assert.Null(await one.Get<ILicenseDirectory>().FindByKeyHashAsync(Hash("lic_a"), default));
        Assert.Equal("lic_a", await one.Get<ILicenseDirectory>().FindByKeyHashAsync(Hash("new"), default));
        Assert.Equal(
            ListedLicense.Of(changed, null), Assert.Single((await one.Get<ILicenseDirectory>().ListAsync("t", null, 10, default)).Items));
        Assert.Null(await one.Get<ILicenseDirectory>().ChangeAsync("lic_none", license => license with { Deleted = true }, default));
    }

    [Fact]
    public async Task Rows_that_lead_nowhere_are_passed_over_and_taken_away_once_nobody_can_be_on_the_way()
    {
        await using var app = new App(azurite);
        foreach (var id in new[] { "lic_a", "lic_c", "lic_e" })
        {
            await app.Get<ILicenseDirectory>().AddAsync(License(id, "t"), default);
        }

        // Of a creation that broke off, of a deletion, of a rotation, and one that says what is not so.
        await app.Get<ILicenseDirectory>().ChangeAsync("lic_c", license => license with { Deleted = true }, default);
        IndexRow[] planted =
        [
            .. LicenseIndex.RowsOf(License("lic_b", "t")), .. LicenseIndex.RowsOf(License("lic_c", "t")),
            new("LicenseKeys", Hash("old"), "key", "lic_a"), new("Tenants", "another", "lic_a", "lic_a"),
        ];
        foreach (var row in planted)
        {
            await app.Tables.PutAsync(
                row.Table, new Azure.Data.Tables.TableEntity(row.Partition, row.Row) { ["LicenseId"] = row.LicenseId }, default);
        }

        foreach (var later in new[] { TimeSpan.Zero, LicenseIndex.MinLeftoverAge + TimeSpan.FromMinutes(1) })
        {
            var index = new LicenseIndex(app.Tables, new LaterTime(later), new StorageTime(TimeProvider.System));
            var directory = new TableLicenseDirectory(
                app.Tables,
                index,
                app.Get<ListNotes>(),
                app.Get<LicensePartition>(),
                app.Get<IRequestMemory>(),
                NullLogger<TableLicenseDirectory>.Instance);
            foreach (var tenant in new[] { null, "t" })
            {
                Assert.Equal(["lic_a", "lic_e"], (await directory.ListAsync(tenant, null, 1000, default)).Items.Select(one => one.Id));

                // However small the part: it is not empty where more comes.
                var first = await directory.ListAsync(tenant, null, 1, default);
                Assert.Equal("lic_a", Assert.Single(first.Items).Id);
                Assert.Equal("lic_e", Assert.Single((await directory.ListAsync(tenant, first.NextCursor, 1, default)).Items).Id);
            }

            Assert.Empty((await directory.ListAsync("another", null, 10, default)).Items);
            foreach (var key in new[] { "lic_b", "lic_c", "old" })
            {
                Assert.Null(await directory.FindByKeyHashAsync(Hash(key), default));
            }

            var left = await CountAsync(app, planted);
            Assert.Equal(later == TimeSpan.Zero ? planted.Length : 0, left);
        }

        // What leads to a license stays, however old.
        Assert.Equal(6, await CountAsync(app, [.. new[] { "lic_a", "lic_e" }.SelectMany(id => LicenseIndex.RowsOf(License(id, "t")))]));
    }

    [Fact]
    public async Task A_list_of_all_does_not_go_through_what_was_deleted()
    {
        await using var app = new App(azurite);
        var directory = app.Get<ILicenseDirectory>();
        foreach (var number in Enumerable.Range(0, 30))
        {
            await directory.AddAsync(License($"lic_{number:D2}", "t"), default);
            if (number % 10 != 9)
            {
                await directory.ChangeAsync($"lic_{number:D2}", license => license with { Deleted = true }, default);
            }
        }

        Assert.Equal(3, (await app.Tables.QueryAsync(TableKeys.LiveLicenses, "", 100, default)).Count);
        Assert.Equal(3, (await app.Tables.QueryAsync(TableKeys.Tenants, "PartitionKey eq 't'", 100, default)).Count);
        Assert.Equal(["lic_09", "lic_19", "lic_29"], (await directory.ListAsync(null, null, 10, default)).Items.Select(one => one.Id));
    }

    [Fact]
    public async Task A_walk_of_a_tenant_has_its_deleted_licenses_and_looks_at_no_others()
    {
        await using var app = new App(azurite);
        var directory = app.Get<ILicenseDirectory>();
        foreach (var (id, tenant) in new[] { ("a", "t"), ("b", "t"), ("c", "u"), ("d", "t"), ("e", "t"), ("f", "t") })
        {
            await directory.AddAsync(License($"lic_{id}", tenant), default);
        }

        foreach (var id in new[] { "lic_b", "lic_e" })
        {
            await directory.ChangeAsync(id, license => license with { Deleted = true }, default);
        }

        // Damage that only somebody meets who reads what is none of the tenant's.
        await app.Tables.PutAsync(TableKeys.Licenses, new Azure.Data.Tables.TableEntity("lic_c", TableKeys.LicenseRow), default);

        var walked = new List<string>();
        for (string? after = null; await directory.WalkAsync("t", after, 2, default) is { Count: > 0 } some; after = some[^1].Id)
        {
            walked.AddRange(some.Select(license => license.Id));
        }

        Assert.Equal(["lic_a", "lic_b", "lic_d", "lic_e", "lic_f"], walked);
        Assert.Empty(await directory.WalkAsync("v", null, 10, default));
    }

    [Fact]
    public async Task A_change_whose_clearing_up_fails_is_made_all_the_same()
    {
        var storage = new FailingStorage();
        await using var app = new App(azurite, storage: storage);
        var directory = app.Get<ILicenseDirectory>();
        await directory.AddAsync(License("lic_a", "t"), default);
        storage.FailsFor = HttpMethod.Delete;
        storage.Failures = 1000;

        Assert.True((await directory.ChangeAsync("lic_a", license => license with { Deleted = true }, default))!.Deleted);

        Assert.Null(await directory.FindByKeyHashAsync(Hash("lic_a"), default));
        Assert.Empty((await directory.ListAsync("t", null, 10, default)).Items);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_newer_note_of_another_instance_stays_at_whichever_request_of_an_older_one_it_comes(bool losesAnswer)
    {
        const int Features = 150;
        var storage = new Interleaved();
        await using var other = new App(azurite);
        await using var one = new App(azurite, storage: storage, prefix: other.Prefix);
        await one.Tables.MakeAsync();
        LicenseFeatures Note(string id, long sequence, DateTimeOffset? until) => new(
            id, "t", App.Start, Enumerable.Range(0, Features).ToImmutableSortedDictionary(
                i => $"f_{i}", _ => ImmutableArray.Create(new FeatureSpan(App.Start, until))))
        {
            Sequence = sequence,
        };

        var (at, came) = (0, true);
        while (came)
        {
            var id = $"lic_{++at}";
            Assert.InRange(at, 1, 20);
            var newer = Note(id, 2, App.Start.AddDays(1));
            storage.Meet(at, losesAnswer, () => other.Get<ILicenseDirectory>().NoteFeaturesAsync(newer, default).AsTask());
            await one.Get<ILicenseDirectory>().NoteFeaturesAsync(Note(id, 1, null), default);
            came = storage.Disarm();
            if (came)
            {
                // The rows of a tenant's feature, read together.
                var keys = newer.Features.Keys.Select(code => TableKeys.Holder(code, newer.CreatedAt, id));
                var rows = await one.Tables.FindAllAsync(TableKeys.Holders, "t", keys, default);
                Assert.Equal(Features, rows.Count(row => !FeatureNotes.Read(row).HasNow));
            }
        }

        // A read and two parts.
        Assert.True(at > 3, "Nothing was met.");
    }

    [Fact]
    public async Task Wherever_an_instance_dies_that_adds_a_license_its_answer_is_remembered_only_with_it_and_a_repeat_adds_the_rest()
    {
        var storage = new Interleaved();
        await using var other = new App(azurite);
        await using var one = new App(azurite, storage: storage, prefix: other.Prefix);
        await one.Tables.MakeAsync();
        var directory = other.Get<ILicenseDirectory>();
        var left = new HashSet<(bool IsAdded, bool IsRemembered)>();
        for (var (at, died) = (1, true); died; at++)
        {
            Assert.InRange(at, 1, 40);
            var license = License($"lic_{at}", $"t_{at}");
            var repeated = license with { KeyHash = Hash($"repeat {at}") };
            var features = new LicenseFeatures(
                license.Id, license.TenantId, App.Start,
                ImmutableSortedDictionary<string, ImmutableArray<FeatureSpan>>.Empty.Add("calls", [new FeatureSpan(App.Start, null)]));
            KeyedAnswer Answer(LicenseRecord of) => new($"call {at}", new RememberedRequest("hash", 201, of.KeyHash));
            async Task<string?> RememberedAsync() => (await other.Get<IRequestMemory>().FindAsync($"call {at}", default))?.Body;

            storage.BreakAt(at);
            var fault = await Record.ExceptionAsync(
                () => one.Get<ILicenseDirectory>().AddAsync(license, features, Answer(license), default).AsTask());
            died = storage.Mend();
            Assert.True(fault is null or StoreUnavailableException, $"{fault}");

            var added = await directory.FindAsync(license.Id, default);
            var remembered = await RememberedAsync();
            Assert.Equal(license.KeyHash, added?.KeyHash ?? license.KeyHash);
            Assert.Equal(added is null ? null : remembered, remembered);
            left.Add((added is not null, remembered is not null));

            // The key that the first try made opens the license for as long as there is one; the repeat's opens nothing then.
            var kept = await directory.AddAsync(repeated, features, Answer(repeated), default);
            Assert.Equal((added ?? repeated).KeyHash, kept.KeyHash);
            Assert.Equal(added is null ? repeated.KeyHash : remembered, await RememberedAsync());
            Assert.Equal(license.Id, await directory.FindByKeyHashAsync(kept.KeyHash, default));
            Assert.Null(await directory.FindByKeyHashAsync(Hash(added is null ? license.Id : $"repeat {at}"), default));
            Assert.Equal(license.Id, Assert.Single((await directory.ListAsync(license.TenantId, null, 10, default)).Items).Id);
            Assert.Equal(license.Id, Assert.Single(await directory.HoldersAsync(license.TenantId, "calls", false, 10, default)).LicenseId);
        }

        (bool IsAdded, bool IsRemembered)[] all = [(false, false), (true, false), (true, true)];
        Assert.Equal(all.ToHashSet(), left);
    }

    private static async Task<int> CountAsync(App app, IndexRow[] rows)
    {
        var count = 0;
        foreach (var row in rows)
        {
            count += await app.Tables.FindAsync(row.Table, row.Partition, row.Row, default) is null ? 0 : 1;
        }

        return count;
    }

    private static LicenseRecord License(string id, string tenant) =>
        new() { Id = id, TenantId = tenant, KeyHash = Hash(id), CreatedAt = App.Start };

    private static string Hash(string text) => TextHash.Of(text);

    private sealed class LaterTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
