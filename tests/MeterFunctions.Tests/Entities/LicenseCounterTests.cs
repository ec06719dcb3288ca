using System.Text.Json;
using MeterFunctions.Entities;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Turns;
using MeterFunctions.Webhooks;
using Metering;

namespace MeterFunctions.Tests.Entities;

[Collection(StorageCollection.Name)]
public sealed class LicenseCounterTests(Azurite azurite)
{
    [Fact]
    [Rule(9)]
    public async Task What_an_answer_says_is_in_the_ledger_and_in_the_state()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();

        var answer = Usage(await app.Meters.ApplyAsync(id, Commands.Consume(3), Commands.Key("k"), default));

        Assert.True(answer.Allowed);
        Assert.Equal(3, answer.Used);
        Assert.Equal(3, await app.UsedAsync(id));
        var entries = await app.EntriesAsync(id);
        Assert.Equal(Enumerable.Range(1, entries.Count).Select(i => (long)i), entries.Select(entry => entry.Sequence));
        Assert.Equal((EntryKind.Consumed, 3m, "k"), (entries[^1].Kind, entries[^1].Amount, entries[^1].IdempotencyKey));
    }

    [Fact]
    [Rule(8)]
    public async Task A_repeat_gets_the_first_answer_and_another_body_is_refused()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        var first = await app.Meters.ApplyAsync(id, Commands.Consume(3), Commands.Key("k"), default);
        await app.Meters.ApplyAsync(id, Commands.Consume(2), Commands.Key("l"), default);

        var repeat = await app.Meters.ApplyAsync(id, Commands.Consume(3), Commands.Key("k"), default);
        var other = await app.Meters.ApplyAsync(id, Commands.Consume(4), Commands.Key("k", "another"), default);

        Assert.Equal(ApplyStatus.Replayed, repeat.Status);
        Assert.Equal(Usage(first).Sequence, Usage(repeat).Sequence);
        Assert.Equal(3, Usage(repeat).Used);
        Assert.Equal(ApplyStatus.KeyReused, other.Status);
        Assert.Equal(5, await app.UsedAsync(id));
    }

    [Fact]
    [Rule(8)]
    public async Task Many_at_once_with_the_same_keys_count_once_each()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 120).Select(i =>
            app.Meters.ApplyAsync(id, Commands.Consume(), Commands.Key($"k{i % 40}"), default).AsTask()));

        Assert.Equal(40, await app.UsedAsync(id));
        Assert.Equal(40, results.Count(result => result.Status == ApplyStatus.Applied));
        Assert.Equal(80, results.Count(result => result.Status == ApplyStatus.Replayed));
        Assert.Equal(40, results.Select(result => Usage(result).Sequence).Distinct().Count());
        Assert.True(app.Hub.Signals < 60, $"{app.Hub.Signals} signals");
    }

    [Fact]
    [Rule(8)]
    public async Task A_run_that_crashes_before_the_commit_counts_once()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        app.Hub.Crashes = 3;

        var answer = await app.Meters.ApplyAsync(id, Commands.Consume(7), Commands.Key("k"), default);
        var repeat = await app.Meters.ApplyAsync(id, Commands.Consume(7), Commands.Key("k"), default);

        Assert.Equal(ApplyStatus.Applied, answer.Status);
        Assert.Equal(ApplyStatus.Replayed, repeat.Status);
        Assert.Equal(7, await app.UsedAsync(id));
        Assert.Single(await app.EntriesAsync(id), entry => entry.Kind == EntryKind.Consumed);
    }

    [Fact]
    public async Task Two_instances_that_take_turns_by_themselves_lose_nothing()
    {
        Dictionary<string, string?> direct = new() { ["Metering:Turns"] = "WhenContended" };
        await using var app = new App(azurite, direct);
        var id = await app.OpenAsync(limit: 70);
        await using var other = new App(azurite, direct, prefix: app.Prefix, hub: app.Hub);

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            (i % 2 == 0 ? app : other).Meters.ApplyAsync(id, Commands.Consume(), Commands.Key($"k{i}"), default).AsTask()));

        Assert.Equal(70, results.Count(result => result.Answer is UsageAnswer));
        Assert.Equal(30, results.Count(result => result.Answer is Refusal { Code: RefusalCode.QuotaExceeded }));
        Assert.Equal(70, await app.UsedAsync(id));
        Assert.Equal(70, (await app.EntriesAsync(id)).Count(entry => entry.Kind == EntryKind.Consumed));
    }

    [Fact]
    public async Task An_instance_that_is_alone_commits_without_the_entity()
    {
        await using var app = new App(azurite, new() { ["Metering:Turns"] = "WhenContended" });
        var id = await app.OpenAsync();

        await app.Meters.ApplyAsync(id, Commands.Consume(3), Commands.Key("k"), default);

        Assert.Equal(0, app.Hub.Signals);
        Assert.Equal(3, await app.UsedAsync(id));
    }

    [Fact]
    [Rule(8)]
    public async Task A_command_without_a_key_counts_once_when_its_message_comes_again()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        app.Hub.Crashes = 1;

        var answer = Usage(await app.Meters.ApplyAsync(id, Commands.Consume(3), null, default));

        Assert.Equal(3, answer.Used);
        Assert.Equal(3, await app.UsedAsync(id));
    }

    [Fact]
    public async Task An_answer_is_found_when_the_entity_runs_in_another_instance()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync(limit: 5);
        await using var other = new App(azurite, prefix: app.Prefix, hub: app.Hub);

        // The hub runs the entity in the instance that came last.
        var first = await app.Meters.ApplyAsync(id, Commands.Consume(3), Commands.Key("k"), default);
        var keyless = await app.Meters.ApplyAsync(id, Commands.Consume(1), null, default);
        var refused = await app.Meters.ApplyAsync(id, Commands.Consume(3), Commands.Key("l"), default);
        var repeat = await app.Meters.ApplyAsync(id, Commands.Consume(3), Commands.Key("k"), default);
        var reused = await app.Meters.ApplyAsync(id, Commands.Consume(4), Commands.Key("k", "another"), default);

        Assert.Equal((ApplyStatus.Applied, 3m), (first.Status, Usage(first).Used));
        Assert.Equal((ApplyStatus.Applied, 4m), (keyless.Status, Usage(keyless).Used));
        Assert.Equal(RefusalCode.QuotaExceeded, Assert.IsType<Refusal>(refused.Answer).Code);
        Assert.Equal((ApplyStatus.Replayed, 3m), (repeat.Status, Usage(repeat).Used));
        Assert.Equal(ApplyStatus.KeyReused, reused.Status);
        Assert.Equal(4, await app.UsedAsync(id));
    }

    [Fact]
    public async Task When_the_storage_is_lost_nothing_counts_and_the_same_key_succeeds_later()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        var storage = new FailingStorage { Failures = 100_000 };
        await using var broken = new App(azurite, new() { ["Metering:TestClock"] = "false" }, storage, app.Prefix, app.Hub);

        var busy = await app.Meters.ApplyAsync(id, Commands.Consume(3), Commands.Key("k"), default);
        storage.Failures = 0;
        var later = await app.Meters.ApplyAsync(id, Commands.Consume(3), Commands.Key("k"), default);

        Assert.Equal(ApplyStatus.Busy, busy.Status);
        Assert.Equal(ApplyStatus.Applied, later.Status);
        Assert.Equal(3, await app.UsedAsync(id));
    }

    [Fact]
    public async Task When_no_answer_comes_in_time_the_caller_is_told_busy_and_the_key_finds_it_later()
    {
        await using var app = new App(azurite, new() { ["Metering:AnswerWaitMilliseconds"] = "200" });
        var id = await app.OpenAsync();
        app.Hub.Holds = true;

        var busy = await app.Meters.ApplyAsync(id, Commands.Consume(3), Commands.Key("k"), default);
        await app.Hub.DeliverAsync();
        app.Hub.Holds = false;
        var found = await app.Meters.ApplyAsync(id, Commands.Consume(3), Commands.Key("k"), default);

        Assert.Equal(ApplyStatus.Busy, busy.Status);
        Assert.Equal(ApplyStatus.Replayed, found.Status);
        Assert.Equal(3, await app.UsedAsync(id));
    }

    [Theory]
    [Rule(8)]
    [InlineData("body", ApplyStatus.Replayed)]
    [InlineData("other", ApplyStatus.KeyReused)]
    public async Task When_no_answer_comes_in_time_a_command_that_was_counted_before_is_answered_by_its_turn(
        string body, ApplyStatus status)
    {
        await using var app = new App(azurite, new() { ["Metering:AnswerWaitMilliseconds"] = "200" });
        var id = await app.OpenAsync();
        var first = await app.Meters.ApplyAsync(id, Commands.Consume(3), Once.ByKey("k", "body"), default);
        app.Hub.Holds = true;

        var late = await app.Meters.ApplyAsync(id, Commands.Consume(3), Once.ByKey("k", body), default);

        Assert.Equal(status, late.Status);
        Assert.Equal(status == ApplyStatus.Replayed ? Usage(first).Sequence : null, (late.Answer as UsageAnswer)?.Sequence);
    }

    [Fact]
    public async Task Too_many_that_wait_are_told_busy_at_once()
    {
        await using var app = new App(azurite, new() { ["Metering:MaxLicenseQueue"] = "5", ["Metering:AnswerWaitMilliseconds"] = "200" });
        var id = await app.OpenAsync();
        app.Hub.Holds = true;

        var results = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => app.Meters.ApplyAsync(id, Commands.Consume(), Commands.Key($"k{i}"), default).AsTask()));

        Assert.All(results, result => Assert.Equal(ApplyStatus.Busy, result.Status));
        Assert.True(app.Hub.Held.Count < 20);
    }

    [Fact]
    public async Task Closed_days_are_rollups_and_open_days_are_shown_with_them()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        for (var day = 0; day < 5; day++)
        {
            await app.SetTimeAsync(App.Start.AddDays(day));
            await app.Meters.ApplyAsync(id, Commands.Consume(day + 1), Commands.Key($"k{day}"), default);
        }

        var first = DateOnly.FromDateTime(App.Start.UtcDateTime);
        var rollups = await app.Get<ILedger>().RollupsAsync(id, first, first.AddDays(10), default);

        Assert.Equal([1m, 2m, 3m, 4m, 5m], rollups.Select(day => day.Rollup.Sum));
        Assert.Equal(Enumerable.Range(0, 5).Select(first.AddDays), rollups.Select(day => day.Rollup.Day));
        Assert.Equal(
            [3m], (await app.Get<ILedger>().RollupsAsync(id, first.AddDays(2), first.AddDays(2), default)).Select(day => day.Rollup.Sum));
        Assert.NotEmpty(
            await app.Tables.QueryAsync(TableKeys.Meters, $"PartitionKey eq '{id}' and RowKey ge 'd' and RowKey lt 'e'", 10, default));
    }

    [Fact]
    [Rule(11)]
    public async Task Signals_leave_with_the_commit_once_however_often_the_run_crashed()
    {
        await using var app = new App(azurite);
        await app.SetTimeAsync(App.Start);
        await app.Get<IWebhooks>()
            .AddAsync(
                new Webhook
                {
                    Id = "wh_1",
                    Url = "https://example.com/hook",
                    Secrets = [new WebhookSecret("secret", null)],
                    CreatedAt = App.Start,
                },
                default);
        var open = Commands.Open("lic_1");
        var terms = open.Features[0].Terms with { Limit = 2, OverLimit = Policy.AllowWithOverage };
        await app.Meters.ApplyAsync("lic_1", open with { Features = [open.Features[0] with { Terms = terms }] }, null, default);
        app.Hub.Crashes = 2;

        await app.Meters.ApplyAsync("lic_1", Commands.Consume(5), Commands.Key("k"), default);
        await app.Meters.ApplyAsync("lic_1", Commands.Consume(5), Commands.Key("k"), default);
        app.Hub.Crashes = 2;
        await app.Hub.DeliverSignalsAsync();

        Assert.All(app.Hub.Postponed, sent => Assert.Equal("webhookqueue", sent.Id.Name));
        var types = new List<string>();
        while (await app.Get<TableDeliveries>().FirstAsync(new QueueWork("wh_1", "lic_1"), default) is { } first)
        {
            types.Add(first.Delivery!.Type);
            await app.Get<TableDeliveries>().LeaveAsync(first, default);
        }

        Assert.Equal(["level_changed", "overage"], types);
        Assert.Empty(await app.Get<SignalOutbox>().ReadAsync("lic_1", default));
    }

    [Fact]
    public async Task A_message_that_runs_again_long_after_its_callers_have_gone_counts_nothing()
    {
        await using var app = new App(azurite);
        var id = await app.OpenAsync();
        var old = PendingCommand.New(Commands.Consume(3), Commands.Key("old")) with
        {
            CameAt = DateTimeOffset.UtcNow.AddMinutes(-10).ToUnixTimeMilliseconds(),
        };

        await app.Get<EntityMessages>().SendAsync(
            id, "elsewhere", [old, PendingCommand.New(Commands.Consume(2), Commands.Key("new"))], default);

        Assert.Equal(2, await app.UsedAsync(id));
    }

    private static UsageAnswer Usage(ApplyResult result) => Assert.IsType<UsageAnswer>(result.Answer);
}
