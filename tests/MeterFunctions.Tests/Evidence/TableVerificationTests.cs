using System.Text;
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
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            app.Meters.ApplyAsync(id, Commands.Consume(), Commands.Key($"n{i % 10}"), default).AsTask()));
        await Task.WhenAll(Enumerable.Range(5, 10).Select(i =>
            app.Meters.ApplyAsync(id, Commands.Consume(), Commands.Key($"n{i}"), default).AsTask()));

        Assert.Empty(await VerifyAsync(app, id));
        Assert.Contains(await app.EntriesAsync(id), entry => entry.Kind == EntryKind.HoldExpired);
    }

    [Theory]
    [Rule(9)]
    [InlineData("Entity")]
    [InlineData("WhenContended")]
    public async Task A_day_that_a_refusal_closed_is_kept_with_the_next_commit(string turns)
    {
        await using var app = new App(azurite, new() { ["Metering:Turns"] = turns });
        var id = await app.OpenAsync(limit: 2);
        await app.Meters.ApplyAsync(id, Commands.Consume(), null, default);
        await app.SetTimeAsync(App.Start.AddDays(3));
        var refused = await app.Meters.ApplyAsync(id, Commands.Consume(2), null, default);
        await app.Meters.ApplyAsync(id, Commands.Consume(), null, default);

        Assert.IsType<Refusal>(refused.Answer);
        Assert.Empty(await VerifyAsync(app, id));
        var day = DateOnly.FromDateTime(App.Start.UtcDateTime);
        Assert.Equal(1, Assert.Single(await app.Get<ILedger>().RollupsAsync(id, day, day, default)).Rollup.Count);
    }

    [Fact]
    [Rule(9)]
    public async Task A_state_that_was_changed_is_named()
    {
        await using var app = new App(azurite);
        var id = await UsedAsync(app);
        var row = (await app.Tables.FindAsync(TableKeys.Meters, id, TableKeys.StateRow, default))!;
        Edit(row, state => state["meters"]![0]!["limit_used"] = 77);
        await PutAsync(app, row);

        Assert.Contains(
            await VerifyAsync(app, id),
            difference => difference.StartsWith($"{id}: calls: limit_used is 77, by the ledger ", StringComparison.Ordinal));
    }

    [Fact]
    [Rule(9)]
    public async Task An_entry_that_was_lost_and_a_rollup_that_was_changed_are_named()
    {
        await using var app = new App(azurite);
        var id = await UsedAsync(app);
        var table = await app.Tables.OpenAsync(TableKeys.Meters);
        var rollup = await table.QueryAsync<TableEntity>(row => row.PartitionKey == id && row.RowKey.CompareTo(TableKeys.DayPrefix) > 0)
            .FirstAsync();
        Edit(rollup, day => day[0]!["rollup"]!["max"] = 999);
        await table.UpdateEntityAsync(rollup, rollup.ETag, TableUpdateMode.Replace);
        await table.DeleteEntityAsync(id, TableKeys.Entry(3));

        var differences = await VerifyAsync(app, id);

        Assert.Contains($"{id}: entry 4 follows 2", differences);
        Assert.Contains(differences, difference => difference.Contains("max is 999, by the ledger", StringComparison.Ordinal));
    }

    [Fact]
    [Rule(8)]
    [Rule(9)]
    public async Task A_key_that_counts_again_when_its_memory_is_over_is_no_difference()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        await app.Meters.ApplyAsync(id, Commands.Consume(), Once.ByKey("k", "body", "e"), default);
        await app.SetTimeAsync(App.Start + app.Get<MeterRules>().IdempotencyMemory);

        Assert.Equal(ApplyStatus.Applied, (await app.Meters.ApplyAsync(id, Commands.Consume(), Commands.Key("k"), default)).Status);

        Assert.Equal(2, await app.UsedAsync(id));
        Assert.Empty(await VerifyAsync(app, id));
    }

    [Fact]
    [Rule(9)]
    public async Task An_entry_that_was_changed_is_named_though_its_numbers_agree()
    {
        await using var app = new App(azurite);
        var id = await UsedAsync(app);
        var row = await EntryRowAsync(app, id, 3);
        Edit(row, entries => entries[0]!["user_id"] = "somebody else");
        await PutAsync(app, row);

        Assert.Equal([NotLinked(id, 3)], await VerifyAsync(app, id));
    }

    [Theory]
    [Rule(8)]
    [Rule(9)]
    [InlineData("k", "idempotency key")]
    [InlineData("both", "idempotency key")]
    [InlineData("e", "event id")]
    [InlineData("e-both", "event id")]
    public async Task An_answer_that_is_remembered_and_was_changed_is_named(string name, string what)
    {
        await using var app = new App(azurite);
        var id = await UsedAsync(app);
        var identity = what == "event id" ? TableKeys.IdentityOfEvent(name) : TableKeys.IdentityOfKey(name);
        var row = (await app.Tables.FindAsync(TableKeys.Meters, id, identity, default))!;
        var answer = JsonNode.Parse(LongText.Get(row, "Answer")!)!;
        answer["used"] = 0.5;
        LongText.Set(row, "Answer", answer.ToJsonString());
        await PutAsync(app, row);

        Assert.Equal(
            [
                $"{id}: entry {row.GetInt64("Sequence")}: "
                + $"the answer or the body hash that is remembered with its {what} is not as it was written",
            ],
            await VerifyAsync(app, id));
    }

    [Fact]
    [Rule(8)]
    [Rule(9)]
    public async Task A_key_that_was_lost_and_one_that_was_put_in_are_named()
    {
        await using var app = new App(azurite);
        var id = await UsedAsync(app);
        var row = (await app.Tables.FindAsync(TableKeys.Meters, id, TableKeys.IdentityOfKey("k"), default))!;
        await app.Tables.DeleteAsync(TableKeys.Meters, id, row.RowKey, default);
        var lost = await VerifyAsync(app, id);
        var sequence = row.GetInt64("Sequence");
        row.RowKey = TableKeys.IdentityOfKey("put in");
        await app.Tables.PutAsync(TableKeys.Meters, row, default);

        Assert.Equal([$"{id}: entry {sequence}: its idempotency key is not remembered"], lost);
        Assert.Contains($"{id}: 1 of its remembered keys and event ids belong to no entry", await VerifyAsync(app, id));
    }

    [Fact]
    [Rule(9)]
    public async Task Two_entries_that_were_swapped_are_named()
    {
        await using var app = new App(azurite);
        var id = await UsedAsync(app);
        var (first, second) = (await EntryRowAsync(app, id, 3), await EntryRowAsync(app, id, 4));
        (first.RowKey, second.RowKey) = (second.RowKey, first.RowKey);
        await PutAsync(app, first);
        await PutAsync(app, second);

        var differences = await VerifyAsync(app, id);

        Assert.Contains($"{id}: where entry 3 belongs, there is entry 4", differences);
        Assert.Contains($"{id}: where entry 4 belongs, there is entry 3", differences);
        Assert.Contains(NotLinked(id, 3), differences);
        Assert.Contains(NotLinked(id, 4), differences);
    }

    [Fact]
    [Rule(9)]
    public async Task An_entry_that_was_put_in_and_a_last_one_that_was_lost_are_named()
    {
        await using var app = new App(azurite);
        var id = await UsedAsync(app);
        var last = (await app.EntriesAsync(id))[^1].Sequence;
        var row = await EntryRowAsync(app, id, 3);
        row.RowKey = TableKeys.Entry(3) + "0";
        await PutAsync(app, row);
        await app.Tables.DeleteAsync(TableKeys.Meters, id, TableKeys.Entry(last), default);

        var differences = await VerifyAsync(app, id);

        Assert.Contains($"{id}: row {row.RowKey} lies among its entries and is none", differences);
        Assert.Contains(
            differences,
            difference => difference.StartsWith($"{id}: its state was not written with the last entry", StringComparison.Ordinal));
    }

    [Fact]
    [Rule(9)]
    public async Task Evidence_that_a_snapshot_stands_for_may_be_gone_or_be_there_in_part()
    {
        await using var app = new App(azurite);
        var id = await UsedAsync(app);
        var snapshot = await Snapshots.CutAsync(app, id, through: 6);
        await PutAsync(app, snapshot.ToRow(id));
        Assert.Empty(await VerifyAsync(app, id));

        await app.Tables.DeleteAsync(TableKeys.Meters, id, TableKeys.Entry(1), default);
        await app.Tables.DeleteAsync(TableKeys.Meters, id, TableKeys.Entry(4), default);
        Assert.Empty(await VerifyAsync(app, id));

        await app.Tables.DeleteAsync(TableKeys.Meters, id, TableKeys.Entry(snapshot.Sequence + 1), default);
        Assert.Contains($"{id}: entry {snapshot.Sequence + 2} follows {snapshot.Sequence}", await VerifyAsync(app, id));
    }

    [Fact]
    [Rule(9)]
    public async Task A_snapshot_that_was_changed_is_named_and_so_is_what_it_found()
    {
        await using var app = new App(azurite);
        var id = await UsedAsync(app);
        var snapshot = await Snapshots.CutAsync(app, id, through: 6);
        await PutAsync(app, (snapshot with { Fault = "entry 2 was odd" }).ToRow(id));
        Assert.Equal([$"{id}: when entries to {snapshot.Sequence} were removed, entry 2 was odd"], await VerifyAsync(app, id));

        var row = snapshot.ToRow(id);
        Edit(row, body => body["state"]!["meters"]![0]!["used"] = 77);
        await PutAsync(app, row);
        var differences = await VerifyAsync(app, id);
        Assert.Equal($"{id}: its snapshot is not as it was written", differences[0]);
        Assert.True(differences.Count > 1);

        row["Body"] = new byte[] { 255, 255 };
        await PutAsync(app, row);
        Assert.Equal(
            [
                $"{id}: its snapshot is not as it was written",
                $"{id}: its state and rollups could not be compared, because nothing says what its removed entries came to",
            ],
            await VerifyAsync(app, id));
    }

    private static void Edit(TableEntity row, Action<JsonNode> edit)
    {
        var body = JsonNode.Parse(PackedBody.Get(row, "Body"))!;
        edit(body);
        PackedBody.Set(row, "Body", Encoding.UTF8.GetBytes(body.ToJsonString()));
    }

    private static string NotLinked(string id, long sequence) =>
        $"{id}: entry {sequence} is not linked to the one before it: one of them, or what is remembered with it, was changed";

    private static async Task<TableEntity> EntryRowAsync(App app, string id, long sequence) =>
        (await app.Tables.FindAsync(TableKeys.Meters, id, TableKeys.Entry(sequence), default))!;

    private static async Task PutAsync(App app, TableEntity row) => await app.Tables.PutAsync(TableKeys.Meters, row, default);

    private static async Task<IReadOnlyList<string>> VerifyAsync(App app, string id) =>
        await app.Get<TableVerification>().VerifyAsync(id, default);

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

        Once[] more = [Once.ByKey("k", "body"), Once.ByKey("both", "body", "e-both"), Once.ByEvent("e"), Once.ByEvent("e")];
        foreach (var once in more)
        {
            await app.Meters.ApplyAsync(id, Commands.Consume(1), once, default);
        }

        return id;
    }
}
