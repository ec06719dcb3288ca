using Azure.Data.Tables;
using MeterFunctions.Evidence;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Metering;

namespace MeterFunctions.Tests.Evidence;

/// <summary>Each kind of damage to the directory's rows is planted and named; what a crash leaves is not called damage.</summary>
[Collection(StorageCollection.Name)]
public sealed class DirectoryCheckTests(Azurite azurite)
{
    private static readonly DateTimeOffset Now = App.Start.AddMinutes(10);

    [Fact]
    public async Task What_agrees_is_not_named_deleted_and_rotated_licenses_included()
    {
        await using var app = new App(azurite);
        await FillAsync(app);

        Assert.Equal((0, 0), await CountAsync(app));
    }

    [Theory]
    [InlineData("LicenseKeys", "lic_1: its key does not lead to it")]
    [InlineData("Tenants", "lic_1: it is not among the licenses of its tenant")]
    [InlineData("LiveLicenses", "lic_1: it is not among the licenses that are not deleted")]
    public async Task A_row_that_is_missing_is_named(string table, string difference)
    {
        await using var app = new App(azurite);
        await FillAsync(app);
        var row = Rows("lic_1").Single(row => row.Table == table);
        await app.Tables.DeleteAsync(table, row.Partition, row.Row, default);

        Assert.Equal([difference], await DifferencesAsync(app));
    }

    [Theory]
    [InlineData("LicenseKeys")]
    [InlineData("Tenants")]
    [InlineData("LiveLicenses")]
    public async Task A_row_that_leads_to_another_license_is_named_from_both_sides(string table)
    {
        await using var app = new App(azurite);
        await FillAsync(app);
        var row = Rows("lic_1").Single(row => row.Table == table);
        await app.Tables.PutAsync(table, new TableEntity(row.Partition, row.Row) { ["LicenseId"] = "lic_2" }, default);

        var differences = await DifferencesAsync(app);

        Assert.Contains(differences, difference => difference.StartsWith("lic_1: it", StringComparison.Ordinal));

        // For a key's row it may be what a rotation has left.
        Assert.Equal(
            table != "LicenseKeys",
            differences.Any(difference => difference == $"lic_2: a row in {table} ({row.Partition}, {row.Row}) leads to it, and it is not the license's"));
    }

    [Fact]
    public async Task A_license_whose_own_row_is_lost_is_named_by_all_that_lead_to_it()
    {
        await using var app = new App(azurite);
        await FillAsync(app);
        await app.Tables.DeleteAsync("Licenses", "lic_1", "license", default);

        Assert.Equal(
            Rows("lic_1").Select(row => $"lic_1: a row in {row.Table} ({row.Partition}, {row.Row}) leads to it, and there is no such license"),
            await DifferencesAsync(app));
    }

    [Fact]
    public async Task Rows_that_are_damaged_or_in_the_wrong_place_are_named()
    {
        await using var app = new App(azurite);
        await FillAsync(app);
        var row = (await app.Tables.FindAsync("Licenses", "lic_1", "license", default))!;
        await app.Tables.PutAsync("Licenses", new TableEntity("lic_0", "license") { ["Body"] = row["Body"] }, default);
        await app.Tables.PutAsync("Licenses", new TableEntity("lic_2", "license") { ["Body"] = "{" }, default);
        await app.Tables.PutAsync("Licenses", new TableEntity("lic_3", "license"), default);

        var differences = await DifferencesAsync(app);

        Assert.Contains("lic_0: its row in the directory is that of lic_1", differences);
        Assert.Contains(differences, difference => difference.StartsWith("lic_2: its row in the directory cannot be read", StringComparison.Ordinal));
        Assert.Contains(differences, difference => difference.StartsWith("lic_3: its row in the directory cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_rotation_or_a_deletion_left_is_counted_and_no_difference()
    {
        await using var app = new App(azurite);
        await FillAsync(app);
        await PutAsync(app, new IndexRow("LicenseKeys", TextHash.Of("old"), "key", "lic_1"));
        await PutAsync(app, new IndexRow("LiveLicenses", "lic_deleted", "license", "lic_deleted"));
        await PutAsync(app, new IndexRow("Tenants", "tenant", "lic_deleted", "lic_deleted"));

        Assert.Equal((0, 3), await CountAsync(app));
    }

    [Fact]
    public async Task What_is_on_its_way_is_neither()
    {
        await using var app = new App(azurite);
        await FillAsync(app);
        foreach (var row in Rows("lic_new"))
        {
            await PutAsync(app, row);
        }

        Assert.Equal((0, 0), await CountAsync(app, app.Get<LicenseIndex>()));
        Assert.Equal((3, 0), await CountAsync(app));
    }

    [Fact]
    public async Task Notes_and_signals_that_nobody_will_look_for_are_named()
    {
        await using var app = new App(azurite);
        await FillAsync(app);
        var state = (await app.Meters.ReadAsync(await app.OpenAsync("lic_1"), default))!;
        await app.Get<ILicenseDirectory>().NoteFeaturesAsync(LicenseFeatures.Of(state), default);
        Assert.Empty(await DifferencesAsync(app));
        await app.Get<ILicenseDirectory>().NoteFeaturesAsync(LicenseFeatures.Of(state) with { LicenseId = "lic_gone" }, default);

        Assert.Equal(
            ["lic_gone: features of it are noted with tenant tenant_1, and there is no such license"], await DifferencesAsync(app));

        var outbox = new OutboxCheck(app.Tables, new LicenseIndex(app.Tables, new Later(), new StorageTime(TimeProvider.System)));
        var (row, _) = LicenseRows.Signals("lic_1", 7, []);
        await app.Tables.PutAsync("Meters", row, default);
        Assert.Equal(
            ["lic_1: signals wait since row o0000000000000000007, and nothing leads the sweep to them"],
            await outbox.OfAsync("lic_1", default));
        Assert.Empty(await new OutboxCheck(app.Tables, app.Get<LicenseIndex>()).OfAsync("lic_1", default));

        await app.Get<SignalOutbox>().IntendAsync("lic_1", default);
        Assert.Empty(await outbox.OfAsync("lic_1", default));
        row["Body"] = new byte[] { 1 };
        await app.Tables.PutAsync("Meters", row, default);
        Assert.StartsWith(
            "lic_1: signals that wait in row", Assert.Single(await outbox.OfAsync("lic_1", default)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_on_where_it_stopped_and_refuses_a_place_that_it_did_not_give()
    {
        await using var app = new App(azurite);
        await FillAsync(app);
        var places = new List<string?>();
        string? place = null;
        do
        {
            places.Add(place);
            place = (await Check(app).StepAsync(place, default)).Next;
        }
        while (place is not null);

        Assert.Equal(5, places.Count);
        await Assert.ThrowsAsync<FormatException>(async () => await Check(app).StepAsync("7 x", default));
        await Assert.ThrowsAsync<FormatException>(async () => await Check(app).StepAsync("x", default));
    }

    [Fact]
    public async Task A_state_is_compared_with_what_the_directory_says_of_it()
    {
        await using var app = new App(azurite);
        await FillAsync(app);
        await app.OpenAsync("lic_1");
        var state = (await app.Meters.ReadAsync("lic_1", default))! with { TenantId = "tenant" };
        var check = Check(app);
        Assert.Equal(["lic_1: it is not noted with its tenant as it has or had the feature calls"], await check.CompareAsync(state, Now, default));

        await app.Get<ILicenseDirectory>().NoteFeaturesAsync(LicenseFeatures.Of(state), default);
        Assert.Empty(await check.CompareAsync(state, Now, default));

        await app.Get<ILicenseDirectory>().NoteFeaturesAsync(
            LicenseFeatures.Of(state) with { Features = LicenseFeatures.Of(state).Features.SetItem("calls", []) }, default);
        Assert.Single(await check.CompareAsync(state, Now, default));

        await app.Get<ILicenseDirectory>().NoteFeaturesAsync(LicenseFeatures.Of(state), default);
        Assert.Equal(
            ["lic_1: it is deleted, and the directory does not say so"], await check.CompareAsync(state with { Deleted = true }, Now, default));
        Assert.Contains(
            "lic_1: it is of tenant other, and the directory says tenant",
            await check.CompareAsync(state with { TenantId = "other" }, Now, default));
        Assert.Equal(
            ["lic_none: it has a state, and no row in the directory"],
            await check.CompareAsync(state with { LicenseId = "lic_none" }, Now, default));
    }

    [Fact]
    public async Task What_was_changed_a_moment_ago_may_be_on_its_way_to_the_directory()
    {
        await using var app = new App(azurite);
        await FillAsync(app);
        var state = (await app.Meters.ReadAsync(await app.OpenAsync("lic_1"), default))! with { TenantId = "tenant" };
        LicenseState[] changed = [state, state with { Deleted = true }, state with { LicenseId = "lic_none" }];
        foreach (var each in changed)
        {
            Assert.Empty(await Check(app).CompareAsync(each, App.Start.AddMinutes(1), default));
            Assert.NotEmpty(await Check(app).CompareAsync(each, Now, default));
        }
    }

    private static async Task FillAsync(App app)
    {
        var directory = app.Get<ILicenseDirectory>();
        foreach (var id in new[] { "lic_1", "lic_2", "lic_3", "lic_deleted" })
        {
            await directory.AddAsync(License(id), default);
        }

        await directory.ChangeAsync("lic_2", license => license with { KeyHash = TextHash.Of("rotated") }, default);
        await directory.ChangeAsync("lic_deleted", license => license with { Deleted = true }, default);
    }

    private static Task PutAsync(App app, IndexRow row) => app.Tables.PutAsync(
        row.Table, new TableEntity(row.Partition, row.Row) { ["LicenseId"] = row.LicenseId }, default).AsTask();

    private static async Task<List<string>> DifferencesAsync(App app, LicenseIndex? index = null)
    {
        var differences = new List<string>();
        var place = (string?)null;
        do
        {
            var step = await Check(app, index).StepAsync(place, default);
            differences.AddRange(step.Differences);
            place = step.Next;
        }
        while (place is not null);
        return differences;
    }

    private static async Task<(int Differences, int Leftovers)> CountAsync(App app, LicenseIndex? index = null)
    {
        var (differences, leftovers, place) = (0, 0, (string?)null);
        do
        {
            var step = await Check(app, index).StepAsync(place, default);
            (differences, leftovers, place) = (differences + step.Differences.Count, leftovers + step.Leftovers, step.Next);
        }
        while (place is not null);
        return (differences, leftovers);
    }

    // As seen ten minutes later, when nobody can be on the way any more.
    private static DirectoryCheck Check(App app, LicenseIndex? index = null) => new(
        app.Tables, index ?? new LicenseIndex(app.Tables, new Later(), new StorageTime(TimeProvider.System)));

    private static IEnumerable<IndexRow> Rows(string id) => LicenseIndex.RowsOf(License(id));

    private static LicenseRecord License(string id) =>
        new() { Id = id, TenantId = "tenant", KeyHash = TextHash.Of(id), CreatedAt = App.Start };

    private sealed class Later : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromMinutes(10);
    }
}
