using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Evidence;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeterFunctions.Tests.Storage;

/// <summary>
/// What lists show is noted in their rows. Whichever instance changes a license, and wherever it dies, lists show what the license is.
/// </summary>
[Collection(StorageCollection.Name)]
public sealed class LicenseListTests(Azurite azurite)
{
    private const int MaxRequests = 40;

    private static readonly Dictionary<string, string?> Direct = new() { ["Metering:Turns"] = "WhenContended" };

    private static readonly DateTimeOffset Expiry = App.Start.AddYears(1);

    [Theory]
    [InlineData("suspend", "patch")]
    [InlineData("suspend", "expire")]
    public async Task Changes_that_meet_at_any_request_are_both_shown(string first, string second)
    {
        var storage = new Interleaved();
        await using var other = new App(azurite, Direct);
        await using var one = new App(azurite, Direct, storage, other.Prefix);
        await other.SetTimeAsync(App.Start);
        await one.Meters.ReadAsync("lic_0", default);
        var number = 0;
        foreach (var losesAnswer in new[] { false, true })
        {
            for (var (at, came) = (1, true); came; at++)
            {
                Assert.InRange(at, 1, MaxRequests);
                var id = $"lic_{++number:D2}";
                await AddAsync(other, id);
                storage.Meet(at, losesAnswer, () => ChangeAsync(other, id, second));
                await ChangeAsync(one, id, first);
                came = storage.Disarm();
                if (!came)
                {
                    await ChangeAsync(other, id, second);
                }

                string[] both = [first, second];
                foreach (var tenant in new[] { null, "tenant_1" })
                {
                    var listed = await ListedAsync(one, tenant, id);
                    Assert.Equal(both.Contains("suspend"), listed.Standing!.Suspended);
                    Assert.Equal(both.Contains("patch"), listed.Metadata is not null);
                    Assert.Equal(both.Contains("expire") ? Expiry : null, listed.Standing.ExpiresAt);
                }

                Assert.Empty(await DifferencesAsync(one, id));
            }
        }

        Assert.True(number > 10, "Nothing was met.");
    }

    [Theory]
    [InlineData("suspend")]
    [InlineData("patch")]
    [InlineData("add")]
    public async Task Wherever_an_instance_dies_lists_show_what_the_license_is_and_note_it_later(string change)
    {
        var storage = new Interleaved();
        await using var other = new App(azurite, Direct);
        await using var one = new App(azurite, Direct, storage, other.Prefix);
        await other.SetTimeAsync(App.Start);
        await one.Meters.ReadAsync("lic_0", default);
        var directory = Later(other);
        var changed = 0;
        for (var (at, died) = (1, true); died; at++)
        {
            Assert.InRange(at, 1, MaxRequests);
            var id = $"lic_{at:D2}";
            if (change != "add")
            {
                await AddAsync(other, id);
            }

            storage.BreakAt(at);
            var fault = await Record.ExceptionAsync(() => change == "add" ? AddAsync(one, id) : ChangeAsync(one, id, change));
            died = storage.Mend();
            Assert.True(fault is null or StoreUnavailableException, $"{fault}");

            var state = await other.Meters.ReadAsync(id, default);
            var license = await other.Get<ILicenseDirectory>().FindAsync(id, default);
            changed += state is { Suspended: true } || license?.Metadata is not null ? 1 : 0;
            foreach (var tenant in new[] { null, "tenant_1" })
            {
                // Read; then read by somebody who notes it, because nobody can be on the way any more; then as it was noted.
                foreach (var list in new[] { other.Get<ILicenseDirectory>(), directory, other.Get<ILicenseDirectory>() })
                {
                    var listed = (await list.ListAsync(tenant, null, 1_000, default)).Items.SingleOrDefault(one => one.Id == id);
                    Assert.Equal(license is null ? null : id, listed?.Id);
                    Assert.Equal(license?.Metadata?.GetRawText(), listed?.Metadata?.GetRawText());
                    Assert.Equal(license is null ? null : state?.Suspended, listed?.Standing?.Suspended);
                }
            }

            foreach (var row in license is null ? [] : await RowsAsync(other, id))
            {
                Assert.NotNull(ListNotes.Read(row));
            }

            Assert.True(license is null || (await DifferencesAsync(other, id)).Count == 0);
        }

        Assert.True(change == "add" || changed > 1, "Nothing was changed before the instance died.");
    }

    [Fact]
    public async Task An_older_note_takes_nothing_back_and_a_refused_change_announces_nothing()
    {
        await using var app = new App(azurite, Direct);
        await app.SetTimeAsync(App.Start);
        await AddAsync(app, "lic_1");
        var before = (await app.Meters.ReadAsync("lic_1", default))!;
        var older = new ListNote { State = before, License = await app.Get<ILicenseDirectory>().FindAsync("lic_1", default), Revision = 1 };
        await ChangeAsync(app, "lic_1", "suspend");
        await ChangeAsync(app, "lic_1", "patch");

        await app.Get<ListNotes>().NoteAsync("tenant_1", "lic_1", older, announced: null);
        await app.Meters.ApplyAsync("lic_1", new UnassignFeature { FeatureCode = "unknown" }, null, default);
        await app.Meters.ApplyAsync("lic_1", Commands.Consume(), Commands.Key("a"), default);

        foreach (var row in await RowsAsync(app, "lic_1"))
        {
            var listed = ListNotes.Read(row);
            Assert.True(listed!.Standing!.Suspended);
            Assert.NotNull(listed.Metadata);
        }
    }

    [Fact]
    public async Task What_a_list_shows_otherwise_than_the_license_is_named()
    {
        await using var app = new App(azurite, Direct);
        await app.SetTimeAsync(App.Start);
        await AddAsync(app, "lic_1");
        var (tenants, live) = ((await RowsAsync(app, "lic_1"))[0], (await RowsAsync(app, "lic_1"))[1]);
        tenants["Standing"] = JsonSerializer.Serialize(new LicenseAnswer { Suspended = true }, MeteringJson.Default.Answer);
        live["Record"] = "{";
        await app.Tables.PutAsync(TableKeys.Tenants, tenants, default);
        await app.Tables.PutAsync(TableKeys.LiveLicenses, live, default);

        Assert.Equal(
            ["lic_1: the list of its tenant shows another status, plan or expiry", "lic_1: the list of all shows other metadata"],
            await DifferencesAsync(app, "lic_1"));
    }

    private static async Task AddAsync(App app, string id)
    {
        await app.Meters.ApplyAsync(id, Commands.Open(id), null, default);
        await app.Get<ILicenseDirectory>().AddAsync(
            new LicenseRecord { Id = id, TenantId = "tenant_1", KeyHash = TextHash.Of(id), CreatedAt = App.Start }, default);
    }

    private static async Task ChangeAsync(App app, string id, string change)
    {
        if (change == "patch")
        {
            using var metadata = JsonDocument.Parse("""{"color":"red"}""");
            await app.Get<ILicenseDirectory>().ChangeAsync(
                id, license => license with { Metadata = metadata.RootElement.Clone() }, default);
            return;
        }

        Command command = change == "suspend"
            ? new ChangeLicense { Suspended = true }
            : new ChangeLicense { SetExpiry = true, ExpiresAt = Expiry };
        var result = await app.Meters.ApplyAsync(id, command, null, default);
        if (result.Status == ApplyStatus.Busy)
        {
            throw new StoreUnavailableException("The storage is gone.");
        }
    }

    private static async Task<ListedLicense> ListedAsync(App app, string? tenant, string id) =>
        (await app.Get<ILicenseDirectory>().ListAsync(tenant, null, 1_000, default)).Items.Single(license => license.Id == id);

    private static async Task<List<string>> DifferencesAsync(App app, string id)
    {
        var state = (await app.Meters.ReadAsync(id, default))!;
        var all = await app.Get<DirectoryCheck>().CompareAsync(state, App.Start.AddMinutes(10), default);
        return [.. all.Where(difference => difference.Contains("list of", StringComparison.Ordinal))];
    }

    private static async Task<List<TableEntity>> RowsAsync(App app, string id)
    {
        var rows = new List<TableEntity>();
        foreach (var row in LicenseIndex.ListRowsOf("tenant_1", id))
        {
            rows.Add((await app.Tables.FindAsync(row.Table, row.Partition, row.Row, default))!);
        }

        return rows;
    }

    // As of ten minutes later, when nobody can be on the way any more.
    private static TableLicenseDirectory Later(App app)
    {
        var storage = new StorageTime(TimeProvider.System);
        return new TableLicenseDirectory(
            app.Tables,
            new LicenseIndex(app.Tables, new LaterTime(), storage),
            new ListNotes(app.Tables, new LaterTime(), storage, NullLogger<ListNotes>.Instance),
            app.Get<LicensePartition>(),
            app.Get<IRequestMemory>(),
            NullLogger<TableLicenseDirectory>.Instance);
    }

    private sealed class LaterTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromMinutes(10);
    }
}
