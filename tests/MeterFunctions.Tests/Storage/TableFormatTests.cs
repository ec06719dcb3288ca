using Azure.Data.Tables;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Storage;

[Collection(StorageCollection.Name)]
public sealed class TableFormatTests(Azurite azurite)
{
    private readonly string _prefix = $"T{Guid.NewGuid():N}"[..20];

    [Fact]
    public async Task New_tables_are_marked_and_read_again_by_the_same_version()
    {
        await using var first = new App(azurite, prefix: _prefix);
        await first.OpenAsync();
        await using var second = new App(azurite, prefix: _prefix);

        Assert.Null(await second.Get<IReadiness>().WhyNotReadyAsync(default));
        var row = await first.Tables.FindAsync(TableKeys.Settings, TableKeys.SettingPartition, TableKeys.FormatRow, default);
        Assert.Equal(TableFormat.Current, row!.GetInt32("Format"));
    }

    [Fact]
    public async Task Tables_with_rows_and_no_mark_are_those_of_an_older_version_and_refused()
    {
        var licenses = await TableAsync(TableKeys.Licenses);
        await licenses.AddEntityAsync(new TableEntity("lic_1", TableKeys.LicenseRow));
        await using var app = new App(azurite, prefix: _prefix);

        var fault = await Assert.ThrowsAsync<InvalidDataException>(
            async () => await app.Get<ILicenseDirectory>().FindAsync("lic_1", default));

        Assert.Contains("an older version", fault.Message, StringComparison.Ordinal);
        Assert.Equal(fault.Message, await app.Get<IReadiness>().WhyNotReadyAsync(default));
    }

    [Theory]
    [InlineData(TableFormat.Current + 1, "a newer version")]
    [InlineData(TableFormat.Current - 1, "an older version")]
    public async Task Tables_of_another_form_are_refused(int format, string why)
    {
        var settings = await TableAsync(TableKeys.Settings);
        await settings.AddEntityAsync(new TableEntity(TableKeys.SettingPartition, TableKeys.FormatRow) { ["Format"] = format });
        await using var app = new App(azurite, prefix: _prefix);

        Assert.Contains(why, await app.Get<IReadiness>().WhyNotReadyAsync(default), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Instances_that_start_together_agree()
    {
        var apps = Enumerable.Range(0, 4).Select(_ => new App(azurite, prefix: _prefix)).ToArray();

        var problems = await Task.WhenAll(apps.Select(async app =>
        {
            await app.SetTimeAsync(App.Start);
            return await app.Get<IReadiness>().WhyNotReadyAsync(default);
        }));

        Assert.All(problems, Assert.Null);
        foreach (var app in apps)
        {
            await app.DisposeAsync();
        }
    }

    private async Task<TableClient> TableAsync(string name)
    {
        var table = new TableServiceClient(azurite.ConnectionString, StorageConnection.ClientOptions()).GetTableClient(_prefix + name);
        await table.CreateIfNotExistsAsync();
        return table;
    }
}
