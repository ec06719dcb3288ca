using System.Text;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Evidence;

/// <summary>
/// Licenses lic_1 to lic_c, each damaged in its own way, and the last not at all. Made once, for hundreds of requests make them, and
/// whoever verifies them changes nothing.
/// </summary>
public sealed class DamagedTables(Azurite azurite) : IAsyncLifetime
{
    internal App App { get; } = new(azurite);

    public async Task InitializeAsync()
    {
        await FillAsync(App, 12);
        await EditAsync("lic_1", TableKeys.Entry(2), entries => entries[0]!["user_id"] = "somebody else");
        await App.Tables.DeleteAsync(TableKeys.Meters, "lic_2", TableKeys.Entry(3), default);
        await EditAsync("lic_3", TableKeys.StateRow, state => state["meters"]![0]!["used"] = 77);
        await App.Tables.DeleteAsync(TableKeys.Meters, "lic_4", TableKeys.IdentityOfKey("key"), default);
        var table = await App.Tables.OpenAsync(TableKeys.Meters);
        var day = await table.QueryAsync<TableEntity>(row => row.PartitionKey == "lic_5" && row.RowKey.CompareTo("e") < 0).FirstAsync();
        day["Body"] = new byte[] { 1, 2, 3 };
        await App.Tables.PutAsync(TableKeys.Meters, day, default);
        await App.Tables.DeleteAsync(TableKeys.Holders, "tenant_1", TableKeys.Holder(Commands.Calls, App.Start, "lic_6"), default);
        await App.Tables.DeleteAsync(TableKeys.LicenseKeys, TextHash.Of("lic_7"), TableKeys.KeyRow, default);
        await App.Tables.DeleteAsync(TableKeys.Licenses, "lic_8", TableKeys.LicenseRow, default);
        await App.Tables.PutAsync(TableKeys.Meters, new TableEntity("lic_9", TableKeys.Entry(99)), default);
        foreach (var row in await table.QueryAsync<TableEntity>(row => row.PartitionKey == "lic_a").ToListAsync())
        {
            await App.Tables.DeleteAsync(TableKeys.Meters, row.PartitionKey, row.RowKey, default);
        }

        await EditAsync("lic_b", TableKeys.StateRow, state => state["format"] = 99);
        await App.Tables.PutAsync(TableKeys.Tenants, new TableEntity("tenant_1", "lic_none") { ["LicenseId"] = "lic_none" }, default);
        await App.Tables.PutAsync(TableKeys.Meters, new TableEntity("lic_stray", TableKeys.Entry(1)), default);
    }

    public async Task DisposeAsync() => await App.DisposeAsync();

    /// <summary>Fills an app's tables with so many licenses that have been used.</summary>
    internal static async Task FillAsync(App app, int count)
    {
        var directory = app.Get<ILicenseDirectory>();
        var ids = Enumerable.Range(1, count).Select(number => $"lic_{number:x}").ToList();
        foreach (var id in ids)
        {
            await app.OpenAsync(id);
            await app.Meters.ApplyAsync(id, Commands.Consume(), Commands.Key("key"), default);
            await app.Meters.ApplyAsync(id, Commands.Consume(), Once.ByKey("both", "body", "e-both"), default);
        }

        await app.SetTimeAsync(App.Start.AddDays(3));
        foreach (var id in ids)
        {
            await app.Meters.ApplyAsync(id, Commands.Consume(), Once.ByEvent("e"), default);
            await app.Meters.ApplyAsync(id, Commands.Consume(), null, default);
            await app.Meters.ApplyAsync(id, Commands.Consume(), Commands.Key("late"), default);
            await directory.AddAsync(
                new LicenseRecord { Id = id, TenantId = "tenant_1", KeyHash = TextHash.Of(id), CreatedAt = App.Start }, default);
            await directory.NoteFeaturesAsync(LicenseFeatures.Of((await app.Meters.ReadAsync(id, default))!), default);
        }
    }

    private async Task EditAsync(string license, string rowKey, Action<JsonNode> edit)
    {
        var row = (await App.Tables.FindAsync(TableKeys.Meters, license, rowKey, default))!;
        var body = JsonNode.Parse(PackedBody.Get(row, "Body"))!;
        edit(body);
        PackedBody.Set(row, "Body", Encoding.UTF8.GetBytes(body.ToJsonString()));
        await App.Tables.PutAsync(TableKeys.Meters, row, default);
    }
}
