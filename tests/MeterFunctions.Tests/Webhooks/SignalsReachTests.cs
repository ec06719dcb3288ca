using Azure.Data.Tables;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Tests.Storage;
using MeterFunctions.Webhooks;
using Metering;
using Metering.Api;
using Metering.Api.Tests.Webhooks;

namespace MeterFunctions.Tests.Webhooks;

/// <summary>Whatever ends, crashes or is away on the signals' way, they reach each webhook, in order (rule 11).</summary>
[Rule(11)]
[Collection(StorageCollection.Name)]
public sealed class SignalsReachTests(Azurite azurite)
{
    private static readonly Dictionary<string, string?> AllowLoopback = new() { ["Metering:Webhooks:AllowPrivateAddresses"] = "true" };

    [Theory]
    [InlineData("nothing")]
    [InlineData("the nudge")]
    [InlineData("the run that takes the signals")]
    [InlineData("the word to the queue")]
    public async Task An_instance_that_dies_at_any_step_loses_no_signal(string lost)
    {
        await using var receiver = await Receiver.StartAsync(_ => 204);
        await using var app = new App(azurite, AllowLoopback);
        var run = new SignalRun(app);
        await run.HookAsync("whk_1", receiver.Url);
        await OpenAsync(app);
        await SignalAsync(app, 4);
        switch (lost)
        {
            case "the nudge":
                app.Hub.Held.Clear();
                await run.SweepAsync();
                break;
            case "the run that takes the signals":
                app.Hub.Crashes = 2;
                break;
            case "the word to the queue":
                // What the run wrote is there; what it sent and knew is not, and nobody has heard of it.
                var nudge = app.Hub.Held[0];
                app.Hub.Held.Clear();
                await new SignalDelivery(app.Services).RunAsync(new EntityRun(nudge.Id, nudge.Operation, nudge.Input, null));
                await run.SweepAsync();
                break;
        }

        await run.RunAsync();

        Assert.Equal(Ids(2, 3, 4, 5), receiver.Messages.Select(message => message.Id));
        Assert.Empty(await app.Get<SignalOutbox>().ReadAsync("lic_1", default));
        Assert.All(await DeliveriesAsync(app, "whk_1"), delivery => Assert.Equal(DeliveryStatus.Delivered, delivery.Status));
    }

    [Fact]
    public async Task Wherever_the_storage_is_lost_on_the_way_the_signals_arrive_once_it_is_back()
    {
        var met = 0;
        for (var at = 1; ; at++, met++)
        {
            await using var receiver = await Receiver.StartAsync(_ => 204);
            using var storage = new Interleaved();
            await using var app = new App(azurite, AllowLoopback, storage);
            var run = new SignalRun(app);
            await run.HookAsync("whk_1", receiver.Url);
            await OpenAsync(app);
            await SignalAsync(app, 2);
            run.BeforeAttempt = attempt => Mend(storage, attempt);

            storage.BreakAt(at);
            await app.Hub.DeliverSignalsAsync();
            var broke = storage.Mend();
            storage.BreakAt(at);
            await run.RunAsync();
            broke |= storage.Mend();
            await run.SweepAsync();
            await run.RunAsync();

            Assert.Equal(Ids(2, 3), receiver.Messages.Select(message => message.Id).Distinct());
            Assert.Empty(await app.Get<SignalOutbox>().ReadAsync("lic_1", default));
            Assert.All(await DeliveriesAsync(app, "whk_1"), delivery => Assert.Equal(DeliveryStatus.Delivered, delivery.Status));
            if (!broke)
            {
                break;
            }
        }

        Assert.True(met > 5, $"Only {met} requests were met.");

        static void Mend(Interleaved storage, int attempt)
        {
            // So that an orchestration, whose timers are over at once here, is not tried for ever.
            if (attempt > 3)
            {
                storage.Mend();
            }
        }
    }

    [Fact]
    public async Task Signals_that_are_taken_again_long_after_do_not_go_out_again()
    {
        await using var receiver = await Receiver.StartAsync(_ => 204);
        await using var app = new App(azurite, AllowLoopback);
        var run = new SignalRun(app);
        await run.HookAsync("whk_1", receiver.Url);
        await OpenAsync(app);
        await SignalAsync(app, 2);
        var rows = await RowsAsync(app);
        app.Hub.Held.AddRange(app.Hub.Held.ToArray());
        await run.RunAsync();

        foreach (var row in rows)
        {
            await app.Tables.PutAsync(TableKeys.Meters, row, default);
        }

        app.Hub.Held.Add((SignalDelivery.IdOf("lic_1"), SignalDelivery.Deliver, "null"));
        await run.RunAsync();

        Assert.Equal(Ids(2, 3), receiver.Messages.Select(message => message.Id));
        Assert.All(await DeliveriesAsync(app, "whk_1"), delivery => Assert.Equal(DeliveryStatus.Delivered, delivery.Status));
        Assert.Empty(await RowsAsync(app));
    }

    [Fact]
    public async Task A_receiver_that_fails_holds_up_no_other_and_gets_all_in_order_later()
    {
        var status = 503;
        await using var slow = await Receiver.StartAsync(_ => status);
        await using var fast = await Receiver.StartAsync(_ => 204);
        await using var app = new App(azurite, AllowLoopback);
        var run = new SignalRun(app) { HoldsTimers = true };
        await run.HookAsync("whk_1", slow.Url);
        await run.HookAsync("whk_2", fast.Url);
        await OpenAsync(app);
        await SignalAsync(app, 2);
        await run.RunAsync();
        await SignalAsync(app, 2);
        await run.RunAsync();

        Assert.Equal(Ids(2, 3, 4, 5), fast.Messages.Select(message => message.Id));
        Assert.Equal(Ids(2), slow.Messages.Select(message => message.Id));
        Assert.Empty(await RowsAsync(app));
        status = 204;
        await run.ReleaseAsync();

        Assert.Equal(Ids(2, 2, 3, 4, 5), slow.Messages.Select(message => message.Id));
        Assert.Equal(4, fast.Messages.Count);
    }

    [Fact]
    public async Task Signals_go_to_the_webhooks_that_were_there_when_they_came()
    {
        await using var receiver = await Receiver.StartAsync(_ => 204);
        await using var app = new App(azurite, AllowLoopback);
        var run = new SignalRun(app);
        var before = await run.HookAsync("whk_1", receiver.Url);
        await OpenAsync(app);
        await SignalAsync(app, 1);
        await run.HookAsync("whk_2", receiver.Url);

        // By the storage's clock it was made much later; the meter's and the machine's count for nothing.
        await app.Tables.TryMergeAsync(
            TableKeys.Webhooks,
            new TableEntity(TableKeys.WebhookPartition, "whk_2") { ["Since"] = DateTimeOffset.UtcNow.AddHours(1) },
            default);
        await app.Get<IWebhooks>().ChangeAsync("whk_1", known => known with { ChangedBy = "somebody" }, default);
        await run.RunAsync();

        Assert.Single(await DeliveriesAsync(app, before.Id));
        Assert.Empty(await DeliveriesAsync(app, "whk_2"));
    }

    [Fact]
    public async Task A_storage_that_is_away_for_many_attempts_costs_a_delivery_nothing_but_time()
    {
        await using var receiver = await Receiver.StartAsync(_ => 204);
        using var storage = new FailingStorage();
        await using var app = new App(azurite, AllowLoopback, storage);
        var run = new SignalRun(app);
        await run.HookAsync("whk_1", receiver.Url);
        await OpenAsync(app);
        await SignalAsync(app, 2);

        // More than one run of the orchestration makes.
        run.BeforeAttempt = attempt => storage.Failures = attempt <= 25 ? int.MaxValue : 0;
        await run.RunAsync();

        Assert.Equal(Ids(2, 3), receiver.Messages.Select(message => message.Id));
        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 600], run.Waits.Take(8).Select(wait => wait.TotalSeconds));
        Assert.Equal(25, run.Waits.Count);
        Assert.Null((await app.Get<IWebhooks>().FindAsync("whk_1", default))!.DisabledReason);
    }

    [Fact]
    public async Task Only_when_its_time_is_over_is_a_delivery_given_up_and_the_others_are_told()
    {
        await using var gone = await Receiver.StartAsync(_ => 503);
        await using var other = await Receiver.StartAsync(_ => 204);
        using var storage = new FailingStorage();
        await using var app = new App(azurite, AllowLoopback, storage);
        var run = new SignalRun(app);
        var webhook = await run.HookAsync("whk_1", gone.Url);
        await run.HookAsync("whk_2", other.Url);
        var yesterday = DateTimeOffset.UtcNow.AddHours(-25);
        var old = WebhookMessages.Test(webhook, yesterday) with
        {
            Attempts = 1, FirstAttemptAt = yesterday, NextAttemptAt = DateTimeOffset.UtcNow,
        };
        await app.Get<IWebhooks>().AddDeliveryAsync(old, default);
        await app.Get<IWebhooks>().AddDeliveryAsync(WebhookMessages.Test(webhook, DateTimeOffset.UtcNow), default);

        // The storage is lost during the last attempt, too: after the webhook was disabled, before anybody was told.
        run.BeforeAttempt = attempt => (storage.FailsFor, storage.Failures) = (HttpMethod.Post, attempt == 1 ? int.MaxValue : 0);
        await run.RunAsync();

        Assert.Equal(old.Id, (await app.Get<IWebhooks>().FindAsync("whk_1", default))!.DisabledBy);
        Assert.All(await DeliveriesAsync(app, "whk_1"), delivery => Assert.Equal(DeliveryStatus.Failed, delivery.Status));
        Assert.Contains("webhook_disabled", Assert.Single(other.Messages).Body, StringComparison.Ordinal);
        Assert.Single(gone.Messages);
    }

    // Deliveries are kept by the machine's time and named by their signals' time: those of a fixed day would be forgotten a week after it.
    private static Task<string> OpenAsync(App app) => app.OpenAsync(at: DateTimeOffset.UtcNow);

    private static IEnumerable<string> Ids(params int[] numbers) => numbers.Select(number => $"lic_1.{number}.0");

    private static async Task<IReadOnlyList<Delivery>> DeliveriesAsync(App app, string webhook) =>
        (await app.Get<IWebhooks>().DeliveriesAsync(webhook, null, 100, default)).Items;

    private static async Task<List<TableEntity>> RowsAsync(App app) => await app.Tables.QueryAsync(
        TableKeys.Meters, "PartitionKey eq 'lic_1' and RowKey ge 'o' and RowKey lt 'p'", 100, default);

    // Each is a commit with one signal.
    private static async Task SignalAsync(App app, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await app.Meters.ApplyAsync("lic_1", new ChangeLicense { Suspended = i % 2 == 0 }, null, default);
        }
    }
}
