using System.Text.Json.Nodes;
using Azure.Data.Tables;
using MeterFunctions.Entities;
using MeterFunctions.Evidence;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Evidence;

[Collection(StorageCollection.Name)]
public sealed class TableVerificationTests(Azurite azurite)
{
    [Fact]
    [Rule(9)]
    public async Task What_the_tables_hold_agrees_after_commands_of_all_kinds()
    {
        await using var app = new App(azurite);
        var id = await UsedAsync(app);

        Assert.Empty(await VerifyAsync(app, id));
        Assert.Contains(await app.EntriesAsync(id), entry => entry.Kind == EntryKind.HoldExpired);
    }

    [Fact]
    [Rule(9)]
    public async Task A_state_that_was_changed_is_named()
    {
        await using var app = new App(azurite);
        var id = await UsedAsync(app);
        var state = JsonNode.Parse(app.Hub.State(id)!)!;
        state["license"]!["meters"]![0]!["limit_used"] = 77;
        app.Hub.SetState(id, state.ToJsonString());

        Assert.Contains(await VerifyAsync(app, id), difference => difference.StartsWith($"{id}: calls: limit_used is 77, by the ledger ", StringComparison.Ordinal));
    }

    [Fact]
    [Rule(9)]
    public async Task An_entry_that_was_lost_and_a_rollup_that_was_changed_are_named()
    {
        await using var app = new App(azurite);
        var id = await UsedAsync(app);
        var table = await app.Tables.OpenAsync(TableKeys.Ledger);
        var rollup = await table.QueryAsync<TableEntity>(row => row.PartitionKey == id && row.RowKey.CompareTo(TableKeys.RollupPrefix) > 0).FirstAsync();
        var body = JsonNode.Parse(LongText.Get(rollup, "Body")!)!;
        body["max"] = 999;
        LongText.Set(rollup, "Body", body.ToJsonString());
        await table.UpdateEntityAsync(rollup, rollup.ETag, TableUpdateMode.Replace);
        await table.DeleteEntityAsync(id, TableKeys.Entry(3));

        var differences = await VerifyAsync(app, id);

        Assert.Contains($"{id}: entry 4 follows 2", differences);
        Assert.Contains(differences, difference => difference.Contains("max is 999, by the ledger", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> VerifyAsync(App app, string id) => await app.Get<TableVerification>().VerifyAsync(id, default);

    private static async Task<string> UsedAsync(App app)
    {
        var id = await app.OpenAsync(limit: 20);
        var hours = 0;
        Command[] commands =
        [
            Commands.Consume(3),
            new AddGrant { FeatureCode = Commands.Calls, Amount = 5, ExpiresAt = App.Start.AddHours(30) },
            new OpenBalance { Unit = "USD", Amount = 10 },
            Commands.Consume(19),
            new OpenHold { Kind = HoldKind.Lease, FeatureCode = Commands.Calls, Amount = 2, TtlSeconds = 60 },
            Commands.Consume(100),
            new DecrementUsage { FeatureCode = Commands.Calls, Amount = 1 },
            Commands.Consume(1),
            new ResetUsage { FeatureCode = Commands.Calls },
            Commands.Consume(2),
        ];
        foreach (var command in commands)
        {
            await app.SetTimeAsync(App.Start.AddHours(hours += 9));
            await app.Meters.ApplyAsync(id, command, Commands.Key($"k{hours}"), default);
        }

        return id;
    }
}
