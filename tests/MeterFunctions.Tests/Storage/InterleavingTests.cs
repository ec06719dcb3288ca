using System.Collections.Immutable;
using MeterFunctions.Orchestrations;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Storage;

/// <summary>
/// Two instances change one record: at each request of the one, the other makes its whole change. What is there in the end is what one of
/// the two orders leaves, and nothing that was taken away opens anything.
/// </summary>
[Collection(StorageCollection.Name)]
public sealed class InterleavingTests(Azurite azurite)
{
    private const int MaxRequests = 60;

    private int _number;

    public static TheoryData<string, string> Pairs => new()
    {
        { "patch", "rotate" },
        { "rotate", "patch" },
        { "rotate", "rotate" },
        { "rotate", "delete" },
        { "delete", "rotate" },
        { "patch", "delete" },
        { "delete", "patch" },
        { "add", "delete" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public Task Changes_of_a_license(string first, string second) => EachAsync(async (one, other, meet) =>
    {
        var id = $"lic_{_number++}";
        await other.AddAsync(License(id), default);
        await meet(() => ChangeAsync(one, id, first, "1"), () => ChangeAsync(other, id, second, "2"));

        // As one order or the other leaves it: each change takes nothing of the other's back.
        string[] both = [first, second];
        var license = (await other.FindAsync(id, default))!;
        Assert.Equal(both.Contains("delete"), license.Deleted);
        if (both.Contains("patch") && !both.Contains("delete"))
        {
            // Once, be its answer lost and the other's change made on top of it.
            Assert.Equal("p", license.ChangedBy);
        }

        var keys = new[] { id, id + "1", id + "2" }.Select(Hash).ToList();
        Assert.Contains(license.KeyHash, both.Contains("rotate") && !license.Deleted ? keys[1..] : keys);
        foreach (var key in keys)
        {
            // Of both instances, and whatever rows were left behind.
            Assert.Equal(license.KeyHash == key && !license.Deleted ? id : null, await one.FindByKeyHashAsync(key, default));
            Assert.Equal(license.KeyHash == key && !license.Deleted ? id : null, await other.FindByKeyHashAsync(key, default));
        }

        foreach (var list in new[] { null, "tenant" })
        {
            Assert.Equal(license.Deleted ? [] : [ListedLicense.Of(license, null)], await ListedAsync(one, list, id));
        }
    }, app => app.Get<ILicenseDirectory>());

    [Fact]
    public Task Changes_of_the_catalog() => EachAsync(async (one, other, meet) =>
    {
        await other.ChangeAsync(_ => CatalogSnapshot.Empty, default);
        await meet(
            () => one.ChangeAsync(catalog => With(catalog, "calls"), default).AsTask(),
            () => other.ChangeAsync(catalog => With(catalog, "jobs"), default).AsTask());

        Assert.Equal(["calls", "jobs"], (await one.ChangeAsync(catalog => catalog, default)).Features.Keys);
        Assert.Equal(["calls", "jobs"], (await other.ChangeAsync(catalog => catalog, default)).Features.Keys);
    }, app => app.Get<ICatalogStore>());

    [Theory]
    [InlineData("rotate", "change")]
    [InlineData("change", "rotate")]
    [InlineData("rotate", "rotate")]
    [InlineData("rotate", "remove")]
    public Task Changes_of_a_webhook(string first, string second) => EachAsync(async (one, other, meet) =>
    {
        var id = $"whk_{_number++}";
        await other.AddAsync(
            new Webhook { Id = id, Url = "https://a.example", Secrets = [new WebhookSecret("whsec_0", null)], CreatedAt = App.Start },
            default);
        await meet(() => ChangeAsync(one, id, first, "1"), () => ChangeAsync(other, id, second, "2"));

        string[] both = [first, second];
        var webhook = await one.FindAsync(id, default);
        await one.RemoveAsync(id, default);
        Assert.Equal(both.Contains("remove"), webhook is null);
        if (webhook is null)
        {
            return;
        }

        Assert.Equal(both.Contains("change") ? "https://b.example" : "https://a.example", webhook.Url);

        // Each rotation comes once, and the secret that was there before signs no more as the first.
        var secrets = webhook.Secrets.Select(secret => secret.Value).ToList();
        Assert.Equal(both.Count(change => change == "rotate") + 1, secrets.Count);
        Assert.Equal("whsec_0", secrets[^1]);
    }, app => app.Get<IWebhooks>());

    [Fact]
    public Task Words_of_a_migration() => EachAsync(async (one, other, meet) =>
    {
        var begun = new Migration { Id = $"mig_{_number++:D4}", PlanId = "pro", ToVersion = 2 };
        await other.TryAddAsync(begun, 1_000, default);
        var done = begun with { Status = MigrationStatus.Completed, Total = 30 };
        await meet(() => one.KeepAsync(begun with { Total = 20 }, default).AsTask(), () => other.KeepAsync(done, default).AsTask());
        await one.KeepAsync(begun with { Total = 10 }, default);

        Assert.Equal(done, await one.FindAsync(begun.Id, default));
    }, app => app.Get<MigrationRecords>());

    [Fact]
    public Task Migrations_that_start_at_the_limit() => EachAsync(async (one, other, meet) =>
    {
        var number = _number++;
        var (first, second) = (Running($"mig_{number:D4}_1"), Running($"mig_{number:D4}_2"));
        var added = new bool[2];
        await meet(
            async () => added[0] = await one.TryAddAsync(first, 1, default),
            async () => added[1] = await other.TryAddAsync(second, 1, default));

        // Both may be refused; but two are too many, and whoever was refused has left nothing.
        Assert.False(added[0] && added[1]);
        Assert.Equal(added[0], await other.FindAsync(first.Id, default) is not null);
        Assert.Equal(added[1], await one.FindAsync(second.Id, default) is not null);
        await one.RemoveAsync(first.Id, default);
        await one.RemoveAsync(second.Id, default);
    }, app => app.Get<MigrationRecords>());

    [Fact]
    public async Task Whoever_always_loses_gives_up_and_has_changed_nothing()
    {
        var storage = new FailingStorage { Status = System.Net.HttpStatusCode.PreconditionFailed };
        await using var app = new App(azurite, storage: storage);
        await app.Get<ILicenseDirectory>().AddAsync(License("lic_a"), default);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => app.Get<ILicenseDirectory>().ChangeAsync(
            "lic_a",
            license =>
            {
                // The index's rows are there by then; what fails is the license's own.
                storage.Failures = 1;
                return license with { ChangedBy = "nobody" };
            },
            default).AsTask());

        storage.Failures = 0;
        Assert.Null((await app.Get<ILicenseDirectory>().FindAsync("lic_a", default))!.ChangedBy);
    }

    [Theory]
    [InlineData("add")]
    [InlineData("rotate")]
    [InlineData("patch")]
    [InlineData("delete")]
    public async Task A_writer_that_breaks_off_at_any_request_leaves_no_license_that_is_not_found(string change)
    {
        var storage = new Interleaved();
        await using var other = new App(azurite);
        await using var one = new App(azurite, storage: storage, prefix: other.Prefix);
        await one.Tables.MakeAsync();
        var (mine, others) = (one.Get<ILicenseDirectory>(), other.Get<ILicenseDirectory>());
        for (var (at, broke) = (1, true); broke; at++)
        {
            Assert.InRange(at, 1, MaxRequests);
            var id = $"lic_{_number++}";
            if (change != "add")
            {
                await others.AddAsync(License(id) with { KeyHash = Hash(id + "1") }, default);
            }

            storage.BreakAt(at);
            var fault = await Record.ExceptionAsync(() => ChangeAsync(mine, id, change, change == "add" ? "1" : "2"));
            broke = storage.Mend();
            Assert.True(fault is null or StoreUnavailableException, $"{fault}");

            // Whole or not at all: what is there is found by its key, by its tenant and among all.
            var license = await others.FindAsync(id, default);
            var isLive = license is { Deleted: false };
            foreach (var key in new[] { id + "1", id + "2" }.Select(Hash))
            {
                Assert.Equal(isLive && license!.KeyHash == key ? id : null, await others.FindByKeyHashAsync(key, default));
            }

            Assert.Equal(isLive, (await ListedAsync(others, null, id)).Count == 1);
            Assert.Equal(isLive, (await ListedAsync(others, "tenant", id)).Count == 1);

            // And whoever makes it again ends it.
            await ChangeAsync(others, id, change, change == "add" ? "1" : "2");
            Assert.Equal(change == "delete" ? 0 : 1, (await ListedAsync(mine, "tenant", id)).Count);
            Assert.Equal(change == "delete" ? null : id, await mine.FindByKeyHashAsync((await mine.FindAsync(id, default))!.KeyHash, default));
        }
    }

    // Runs a case once for each request that its first instance makes; and again with the loss of the answer of each.
    private async Task EachAsync<T>(Func<T, T, Func<Func<Task>, Func<Task>, Task>, Task> run, Func<App, T> port)
    {
        var storage = new Interleaved();
        await using var other = new App(azurite);
        await using var one = new App(azurite, storage: storage, prefix: other.Prefix);
        await one.Tables.MakeAsync();
        foreach (var losesAnswer in new[] { false, true })
        {
            var (at, came) = (0, true);
            while (came)
            {
                at++;
                Assert.InRange(at, 1, MaxRequests);
                await run(port(one), port(other), async (first, second) =>
                {
                    storage.Meet(at, losesAnswer, second);
                    await first();
                    came = storage.Disarm();
                    if (!came)
                    {
                        // It makes no more requests than that. So the second comes after it.
                        await second();
                    }
                });
            }

            Assert.True(at > 2, "Nothing was met.");
        }
    }

    private static async Task ChangeAsync(ILicenseDirectory directory, string id, string change, string by)
    {
        if (change == "add")
        {
            // The repeat of a creation, by one that gave up too early.
            await directory.AddAsync(License(id) with { KeyHash = Hash(id + by) }, default);
            return;
        }

        await directory.ChangeAsync(
            id,
            license => license.Deleted ? license : change switch
            {
                "patch" => license with { ChangedBy = license.ChangedBy + "p" },
                "rotate" => license with { KeyHash = Hash(id + by) },
                _ => license with { Deleted = true },
            },
            default);
    }

    private static async Task ChangeAsync(IWebhooks webhooks, string id, string change, string by)
    {
        if (change == "remove")
        {
            await webhooks.RemoveAsync(id, default);
            return;
        }

        await webhooks.ChangeAsync(
            id,
            webhook => change == "change"
                ? webhook with { Url = "https://b.example" }
                : webhook with { Secrets = webhook.Secrets.Insert(0, new WebhookSecret($"whsec_{by}", null)) },
            default);
    }

    private static async Task<List<ListedLicense>> ListedAsync(ILicenseDirectory directory, string? tenant, string id)
    {
        var listed = new List<ListedLicense>();
        string? cursor = null;
        do
        {
            var page = await directory.ListAsync(tenant, cursor, 1_000, default);
            listed.AddRange(page.Items.Where(license => license.Id == id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return listed;
    }

    private static CatalogSnapshot With(CatalogSnapshot catalog, string feature) =>
        catalog with { Features = catalog.Features.SetItem(feature, new Feature { Code = feature, Kind = FeatureKind.Metered }) };

    private static Migration Running(string id) => new() { Id = id, PlanId = "pro", ToVersion = 2 };

    private static LicenseRecord License(string id) =>
        new() { Id = id, TenantId = "tenant", KeyHash = Hash(id), CreatedAt = App.Start };

    private static string Hash(string text) => TextHash.Of(text);
}
