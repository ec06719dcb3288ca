using Metering.Api;
using Metering.Api.Tests.Webhooks;
using Metering.Server.Loops;
using Metering.Server.Stores;
using Metering.Server.Tests.Support;
using Metering.Server.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Metering.Server.Tests.Webhooks;

[Rule(11)]
public sealed class DispatcherTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("webhooks").FullName;
    private readonly SettableTime _time = new();
    private readonly MemoryOutbox _signals = new();
    private readonly WebhookOptions _options = new() { AllowPrivateAddresses = true, TimeoutSeconds = 5 };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Signals_of_a_license_arrive_in_order_although_one_of_them_fails_at_first()
    {
        var failures = 2;
        await using var receiver = await Receiver.StartAsync(_ => Interlocked.Decrement(ref failures) >= 0 ? 500 : 204);
        using var run = await StartAsync(receiver.Url);
        _signals.Add("lic_a", 1, 2, 3);

        for (var attempt = 0; attempt < 5; attempt++)
        {
            await run.PumpAsync();
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(
            ["lic_a.1.0", "lic_a.1.0", "lic_a.1.0", "lic_a.2.0", "lic_a.3.0"],
            receiver.Messages.Select(message => message.Id));
        Assert.All(receiver.Messages, message => Assert.True(
            SecondSignature.Verifies(run.Secret(0), message.Id, message.Timestamp, message.Body, message.Signature)));
    }

    [Fact]
    public async Task A_failing_license_does_not_hold_up_another()
    {
        await using var receiver = await Receiver.StartAsync(
            message => message.Id.StartsWith("lic_a", StringComparison.Ordinal) ? 500 : 204);
        using var run = await StartAsync(receiver.Url);
        _signals.Add("lic_a", 1, 2);
        _signals.Add("lic_b", 1, 2);

        await run.PumpAsync();

        Assert.Equal(
            ["lic_b.1.0", "lic_b.2.0"],
            receiver.Messages.Select(message => message.Id).Where(id => id.StartsWith("lic_b", StringComparison.Ordinal)));
        Assert.Single(receiver.Messages, message => message.Id.StartsWith("lic_a", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dead_receiver_does_not_hold_up_another()
    {
        await using var alive = await Receiver.StartAsync(_ => 204);
        using var run = await StartAsync("http://127.0.0.1:9/dead", alive.Url);
        _signals.Add("lic_a", 1, 2, 3);

        await run.PumpAsync();

        Assert.Equal(3, alive.Messages.Count);
    }

    [Fact]
    public async Task A_receiver_that_fails_for_a_day_is_disabled_and_the_others_are_told()
    {
        await using var other = await Receiver.StartAsync(_ => 204);
        using var run = await StartAsync("http://127.0.0.1:9/dead", other.Url);
        _signals.Add("lic_a", 1, 2);

        for (var hour = 0; hour < 30; hour++)
        {
            await run.PumpAsync();
            _time.Advance(TimeSpan.FromHours(1));
        }

        var dead = await run.Store.FindAsync("whk_0", CancellationToken.None);
        Assert.Contains("24 hours", dead!.DisabledReason, StringComparison.Ordinal);
        Assert.Contains(other.Messages, message => message.Body.Contains("webhook_disabled", StringComparison.Ordinal));
        var deliveries = await run.Store.DeliveriesAsync("whk_0", null, 100, CancellationToken.None);
        Assert.All(deliveries.Items, delivery => Assert.Equal(DeliveryStatus.Failed, delivery.Status));
    }

    [Fact]
    public async Task What_failed_can_be_delivered_again_with_the_same_message_id()
    {
        var status = 410;
        await using var receiver = await Receiver.StartAsync(_ => status);
        using var run = await StartAsync(receiver.Url);
        _signals.Add("lic_a", 1);
        await run.PumpAsync();
        var failed = Assert.Single((await run.Store.DeliveriesAsync("whk_0", null, 10, CancellationToken.None)).Items);

        status = 204;
        var disabled = await run.Store.FindAsync("whk_0", CancellationToken.None);
        Assert.Contains("410", disabled!.DisabledReason, StringComparison.Ordinal);
        await run.Store.ChangeAsync("whk_0", webhook => webhook.Enable(), CancellationToken.None);
        await run.Store.AddDeliveryAsync(WebhookMessages.Again(failed, _time.GetUtcNow()), CancellationToken.None);
        await run.PumpAsync();

        Assert.Equal(["lic_a.1.0", "lic_a.1.0"], receiver.Messages.Select(message => message.Id));
        var newest = (await run.Store.DeliveriesAsync("whk_0", null, 1, CancellationToken.None)).Items[0];
        Assert.Equal(DeliveryStatus.Delivered, newest.Status);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_gets_nothing_more_and_the_others_are_told_once()
    {
        // Four licenses at once, each with more behind: the first 410 gives up all that waits.
        await using var gone = await Receiver.StartAsync(_ => 410);
        await using var other = await Receiver.StartAsync(_ => 204);
        using var run = await StartAsync(gone.Url, other.Url);
        foreach (var license in new[] { "lic_a", "lic_b", "lic_c", "lic_d" })
        {
            _signals.Add(license, 1, 2, 3);
        }

        await run.PumpAsync();

        Assert.All(gone.Messages, message => Assert.EndsWith(".1.0", message.Id, StringComparison.Ordinal));
        Assert.Single(other.Messages, message => message.Body.Contains("webhook_disabled", StringComparison.Ordinal));
        Assert.All(
            (await run.Store.DeliveriesAsync("whk_0", null, 100, CancellationToken.None)).Items,
            delivery => Assert.Equal(DeliveryStatus.Failed, delivery.Status));
    }

    [Fact]
    public async Task What_an_operator_changed_while_a_delivery_was_under_way_stays()
    {
        await using var newer = await Receiver.StartAsync(_ => 204);
        DispatcherRun? run = null;
        var url = newer.Url;
        await using var older = await Receiver.StartAsync(_ =>
        {
            // The operator moves the webhook and gives it a new secret while the old receiver answers.
            var changed = run!.Store.ChangeAsync(
                "whk_0", webhook => webhook with { Url = url, Secrets = [new WebhookSecret(run.Secret(7), null)] }, CancellationToken.None);
            Assert.NotNull(changed.AsTask().GetAwaiter().GetResult());
            return 410;
        });
        run = await StartAsync(older.Url);
        using var running = run;
        _signals.Add("lic_a", 1);

        await run.PumpAsync();

        var webhook = (await run.Store.FindAsync("whk_0", CancellationToken.None))!;
        Assert.Equal((url, run.Secret(7), null), (webhook.Url, webhook.Secrets.Single().Value, webhook.DisabledReason));

        // 410 was the old receiver's; the new one gets the message.
        var message = Assert.Single(newer.Messages);
        Assert.True(SecondSignature.Verifies(run.Secret(7), message.Id, message.Timestamp, message.Body, message.Signature));
    }

    [Fact]
    public async Task A_webhook_that_is_deleted_while_a_delivery_is_under_way_does_not_come_back()
    {
        DispatcherRun? run = null;
        await using var receiver = await Receiver.StartAsync(_ =>
        {
            run!.Store.RemoveAsync("whk_0", CancellationToken.None).AsTask().GetAwaiter().GetResult();
            return 410;
        });
        run = await StartAsync(receiver.Url);
        using var running = run;
        _signals.Add("lic_a", 1, 2);

        await run.PumpAsync();
        _signals.Add("lic_a", 3);
        await run.PumpAsync();

        Assert.Empty(await run.Store.ListAsync(CancellationToken.None));
        Assert.Empty((await run.Store.DeliveriesAsync("whk_0", null, 100, CancellationToken.None)).Items);
        Assert.Single(receiver.Messages);
    }

    [Fact]
    public async Task A_delivery_that_ended_since_it_was_found_is_not_due()
    {
        await using var receiver = await Receiver.StartAsync(_ => 204);
        using var run = await StartAsync(receiver.Url);
        var webhook = (await run.Store.FindAsync("whk_0", CancellationToken.None))!;
        var delivery = WebhookMessages.Test(webhook, _time.GetUtcNow());
        await run.Store.AddDeliveryAsync(delivery, CancellationToken.None);
        Assert.NotNull(run.Store.Queue.FindDue(delivery.Id, _time.GetUtcNow()));

        run.Store.Queue.Keep(delivery with { Status = DeliveryStatus.Delivered, NextAttemptAt = null }, webhook, 24, _time.GetUtcNow());

        Assert.Null(run.Store.Queue.FindDue(delivery.Id, _time.GetUtcNow()));
    }

    [Fact]
    public async Task No_more_webhooks_are_added_than_there_may_be()
    {
        using var run = await StartAsync();
        var added = await Task.WhenAll(Enumerable.Range(0, Webhook.MaxCount + 5).Select(i => Task.Run(() => run.Store.AddAsync(
            new Webhook { Id = $"whk_{i}", Url = "https://hooks.example.com", CreatedAt = _time.GetUtcNow() }, CancellationToken.None)
                .AsTask())));

        Assert.Equal(5, added.Count(webhook => webhook is null));
        Assert.Equal(Webhook.MaxCount, (await run.Store.ListAsync(CancellationToken.None)).Count);
    }

    [Fact]
    public async Task After_a_restart_what_was_pending_goes_on_and_no_signal_is_made_into_deliveries_twice()
    {
        await using var receiver = await Receiver.StartAsync(_ => 500);
        using (var first = await StartAsync(receiver.Url))
        {
            _signals.Add("lic_a", 1, 2);
            _signals.KeepAll = true;
            await first.PumpAsync();
        }

        _time.Advance(TimeSpan.FromMinutes(5));
        using var second = await StartAsync();
        await second.PumpAsync();

        Assert.Equal(["lic_a.1.0", "lic_a.1.0"], receiver.Messages.Select(message => message.Id));
        Assert.Equal(2, (await second.Store.DeliveriesAsync("whk_0", null, 100, CancellationToken.None)).Items.Count);
    }

    [Fact]
    public async Task Ended_deliveries_are_forgotten_after_their_days()
    {
        await using var receiver = await Receiver.StartAsync(_ => 204);
        using var run = await StartAsync(receiver.Url);
        _signals.Add("lic_a", 1);
        await run.PumpAsync();

        _time.Advance(TimeSpan.FromDays(_options.KeepDays + 1));
        await run.PumpAsync();

        Assert.Empty((await run.Store.DeliveriesAsync("whk_0", null, 100, CancellationToken.None)).Items);
    }

    [Fact]
    public async Task No_fault_of_a_round_ends_the_dispatcher()
    {
        var arrived = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync(message =>
        {
            if (message.Id == "lic_a.2.0")
            {
                arrived.TrySetResult();
            }

            return 204;
        });
        var time = new InstantTime();
        using var run = await StartAsync(time, receiver.Url);
        _signals.Faults.Enqueue(new StoreUnavailableException("meter.db cannot be written (database is locked)."));
        _signals.Faults.Enqueue(new InvalidOperationException("a bug"));
        _signals.Add("lic_a", 1, 2);

        await run.Dispatcher.StartAsync(CancellationToken.None);
        await arrived.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await run.Dispatcher.StopAsync(CancellationToken.None);

        // Two deliveries could not be taken off the outbox at first, and none was made twice for it.
        Assert.Equal(["lic_a.1.0", "lic_a.2.0"], receiver.Messages.Select(message => message.Id));
        Assert.Null(run.Loops.Fault);
        Assert.True(run.Dispatcher.ExecuteTask!.IsCompletedSuccessfully);
    }

    private Task<DispatcherRun> StartAsync(params string[] urls) => StartAsync(_time, urls);

    private async Task<DispatcherRun> StartAsync(TimeProvider time, params string[] urls)
    {
        var run = new DispatcherRun(Path.Combine(_directory, "webhooks.db"), _signals, _options, time);
        for (var i = 0; i < urls.Length; i++)
        {
            await run.Store.AddAsync(
                new Webhook
                {
                    Id = $"whk_{i}",
                    Url = urls[i],
                    Secrets = [new WebhookSecret(run.Secret(i), null)],
                    CreatedAt = _time.GetUtcNow(),
                },
                CancellationToken.None);
        }

        return run;
    }
}
