using System.Net;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Metering;
using Metering.Api;
using Metering.Api.Tests.Webhooks;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Tests.Webhooks;

[Collection(StorageCollection.Name)]
public sealed class DeliveryTests(Azurite azurite)
{
    private static readonly Dictionary<string, string?> AllowLoopback = new() { ["Metering:Webhooks:AllowPrivateAddresses"] = "true" };

    [Fact]
    public async Task A_receiver_gets_the_message_signed_and_the_delivery_is_kept()
    {
        await using var receiver = await Receiver.StartAsync(_ => 204);
        await using var app = new App(azurite, AllowLoopback);
        var webhook = await app.HookAsync("whk_1", receiver.Url);
        var delivery = WebhookMessages.Test(webhook, DateTimeOffset.UtcNow);

        var sent = await app.SendAsync(delivery);

        Assert.Equal(DeliveryStatus.Delivered, sent.Status);
        var message = Assert.Single(receiver.Messages);
        Assert.True(SecondSignature.Verifies(webhook.Secrets[0].Value, message.Id, message.Timestamp, message.Body, message.Signature));
        Assert.Equal(sent, await app.Get<IWebhooks>().FindDeliveryAsync("whk_1", delivery.Id, default));
    }

    [Fact]
    public async Task A_delivery_that_the_storage_refuses_and_does_not_have_is_no_delivery_that_is_there()
    {
        using var storage = new FailingStorage
        {
            Status = HttpStatusCode.Conflict,
            Body = """{"odata.error":{"code":"EntityAlreadyExists","message":{"lang":"en-US","value":"0:Made up."}}}""",
            FailsFor = HttpMethod.Post,
        };
        await using var app = new App(azurite, storage: storage);
        await app.Tables.MakeAsync();
        var delivery = WebhookMessages.Test(
            new Webhook { Id = "whk_1", Url = "http://127.0.0.1:1/", CreatedAt = App.Start }, DateTimeOffset.UtcNow);
        var deliveries = app.Get<TableDeliveries>();

        storage.Failures = 1;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => deliveries.AddAsync(delivery, "1", default).AsTask());
        await deliveries.AddAsync(delivery, "1", default);

        // It is there, so the storage's word is taken.
        storage.Failures = 1;
        await deliveries.AddAsync(delivery, "1", default);
        Assert.Equal(delivery, await deliveries.FindAsync("whk_1", delivery.Id, default));
    }

    [Fact]
    public async Task A_receiver_that_fails_is_tried_again_later()
    {
        await using var receiver = await Receiver.StartAsync(_ => 503);
        await using var app = new App(azurite, AllowLoopback);
        var webhook = await app.HookAsync("whk_1", receiver.Url);

        var sent = await app.SendAsync(WebhookMessages.Test(webhook, DateTimeOffset.UtcNow));

        Assert.Equal(DeliveryStatus.Pending, sent.Status);
        Assert.NotNull(sent.NextAttemptAt);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task An_instance_with_a_wrong_clock_sends_nothing_until_it_is_right(int days)
    {
        await using var receiver = await Receiver.StartAsync(_ => 204);
        var time = new WrongTime();
        await using var app = new App(azurite, AllowLoopback, time: time);
        var webhook = await app.HookAsync("whk_1", receiver.Url);
        var delivery = WebhookMessages.Test(webhook, DateTimeOffset.UtcNow);
        await app.Get<TableDeliveries>().AddAsync(delivery, DeliveryKey.PlaceOf(delivery), default);

        time.By = TimeSpan.FromDays(days);
        for (var answer = 0; answer < StorageTime.Agreeing; answer++)
        {
            await app.Get<IWebhooks>().ListAsync(default);
        }

        await Assert.ThrowsAsync<StoreUnavailableException>(() => app.AttemptAsync(delivery));
        Assert.Empty(receiver.Messages);
        Assert.Equal(delivery, await app.Get<IWebhooks>().FindDeliveryAsync("whk_1", delivery.Id, default));

        time.By = TimeSpan.Zero;
        for (var attempt = 1; attempt < StorageTime.Agreeing && receiver.Messages.Count == 0; attempt++)
        {
            await Record.ExceptionAsync(() => app.AttemptAsync(delivery));
        }

        Assert.Single(receiver.Messages);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_disabled_and_the_others_are_told()
    {
        await using var receiver = await Receiver.StartAsync(_ => 410);
        await using var app = new App(azurite, AllowLoopback);
        app.Hub.Holds = true;
        var webhook = await app.HookAsync("whk_1", receiver.Url);
        await app.HookAsync("whk_2", receiver.Url);

        var sent = await app.SendAsync(WebhookMessages.Test(webhook, DateTimeOffset.UtcNow));

        Assert.Equal(DeliveryStatus.Failed, sent.Status);
        Assert.Contains("410", (await app.Get<IWebhooks>().FindAsync("whk_1", default))!.DisabledReason, StringComparison.Ordinal);
        var told = Assert.Single((await app.Get<IWebhooks>().DeliveriesAsync("whk_2", null, 10, default)).Items);
        Assert.Equal("webhook_disabled", told.Type);
        Assert.Equal(WebhookQueue.IdOf(told), Assert.Single(app.Hub.Held).Id);
        var later = await app.SendAsync(WebhookMessages.Test(webhook, DateTimeOffset.UtcNow));
        Assert.Equal(DeliveryStatus.Failed, later.Status);
        Assert.Single(receiver.Messages);
    }

    [Fact]
    public async Task Deliveries_that_fail_together_disable_the_webhook_once_and_a_repeated_attempt_tells_the_same()
    {
        await using var receiver = await Receiver.StartAsync(_ => 410);
        await using var app = new App(azurite, AllowLoopback);
        app.Hub.Holds = true;
        var webhook = await app.HookAsync("whk_1", receiver.Url);
        await app.HookAsync("whk_2", receiver.Url);

        // Of several licenses: those of one go out one after the other.
        var deliveries = Enumerable.Range(0, 4)
            .Select(i => WebhookMessages.Test(webhook, DateTimeOffset.UtcNow) with { LicenseId = $"lic_{i}" }).ToArray();

        using var log = new LogRecords();
        app.Get<ILoggerFactory>().AddProvider(log);

        await Task.WhenAll(deliveries.Select(delivery => app.SendAsync(delivery)));

        var line = Assert.Single(log.Texts, text => text.Contains("was disabled", StringComparison.Ordinal));
        Assert.StartsWith($"Webhook whk_1 to {webhook.Url} was disabled", line, StringComparison.Ordinal);
        var told = Assert.Single((await app.Get<IWebhooks>().DeliveriesAsync("whk_2", null, 10, default)).Items);
        var disabled = (await app.Get<IWebhooks>().FindAsync("whk_1", default))!;

        // As after a crash at the end of the attempt, before anything of it was kept.
        var by = deliveries.Single(delivery => delivery.Id == disabled.DisabledBy);
        await app.Tables.DeleteAsync(TableKeys.Deliveries, "whk_1", DeliveryKey.Of(by.Id)!, default);
        await app.SendAsync(by);
        Assert.Equal([told], (await app.Get<IWebhooks>().DeliveriesAsync("whk_2", null, 10, default)).Items);
        Assert.Equal(2, app.Hub.Held.Count(held => held.Id == WebhookQueue.IdOf(told)));
    }

    [Fact]
    public async Task What_an_operator_changed_while_a_delivery_was_under_way_stays()
    {
        await using var app = new App(azurite, AllowLoopback);
        var webhooks = app.Get<IWebhooks>();
        await using var receiver = await Receiver.StartAsync(_ =>
        {
            webhooks.ChangeAsync("whk_1", known => known with { Url = "https://hooks.example.com/new" }, default).AsTask().GetAwaiter()
                .GetResult();
            return 410;
        });
        var webhook = await app.HookAsync("whk_1", receiver.Url);

        var sent = await app.SendAsync(WebhookMessages.Test(webhook, DateTimeOffset.UtcNow));

        var present = (await webhooks.FindAsync("whk_1", default))!;
        Assert.Equal(("https://hooks.example.com/new", null), (present.Url, present.DisabledReason));
        Assert.Equal(DeliveryStatus.Pending, sent.Status);
        Assert.NotNull(sent.NextAttemptAt);
    }

    [Fact]
    public async Task A_webhook_that_is_deleted_while_a_delivery_is_under_way_does_not_come_back()
    {
        await using var app = new App(azurite, AllowLoopback);
        var webhooks = app.Get<IWebhooks>();
        await using var receiver = await Receiver.StartAsync(_ =>
        {
            webhooks.RemoveAsync("whk_1", default).AsTask().GetAwaiter().GetResult();
            return 410;
        });
        var webhook = await app.HookAsync("whk_1", receiver.Url);

        await app.SendAsync(WebhookMessages.Test(webhook, DateTimeOffset.UtcNow));

        Assert.Empty(await webhooks.ListAsync(default));
        Assert.Empty((await webhooks.DeliveriesAsync("whk_1", null, 10, default)).Items);
    }

    [Fact]
    public async Task Changes_on_two_instances_take_nothing_back()
    {
        await using var one = new App(azurite);
        await using var other = new App(azurite, prefix: one.Prefix);
        await one.HookAsync("whk_1", "https://hooks.example.com/");
        var calls = 0;
        await one.Get<IWebhooks>().ChangeAsync(
            "whk_1",
            webhook =>
            {
                if (calls++ == 0)
                {
                    other.Get<IWebhooks>().ChangeAsync("whk_1", known => known with { Url = "https://hooks.example.com/new" }, default)
                        .AsTask().GetAwaiter().GetResult();
                }

                return webhook.Disable("gone", App.Start);
            },
            default);

        var changed = (await one.Get<IWebhooks>().FindAsync("whk_1", default))!;

        Assert.Equal((2, "https://hooks.example.com/new", "gone"), (calls, changed.Url, changed.DisabledReason));
        Assert.Null(await one.Get<IWebhooks>().ChangeAsync("whk_none", webhook => webhook.Enable(), default));
        Assert.Equal(
            changed.Url, (await one.Get<IWebhooks>().AddAsync(changed with { Url = "https://hooks.example.com/again" }, default))!.Url);
    }

    [Fact]
    public async Task A_delivery_to_a_webhook_that_was_deleted_has_ended()
    {
        await using var app = new App(azurite, AllowLoopback);
        var webhook = await app.HookAsync("whk_1", "http://127.0.0.1:9/");
        await app.Get<IWebhooks>().RemoveAsync("whk_1", default);

        await app.SendAsync(WebhookMessages.Test(webhook, DateTimeOffset.UtcNow));

        Assert.Empty((await app.Get<IWebhooks>().DeliveriesAsync("whk_1", null, 10, default)).Items);
        Assert.Null(await app.Get<TableDeliveries>().FirstAsync(new QueueWork("whk_1", ""), default));
    }

    [Fact]
    public async Task Deliveries_are_forgotten_when_they_are_old_unless_they_wait()
    {
        await using var app = new App(azurite);
        var webhook = await app.HookAsync("whk_1", "https://hooks.example.com/");
        var deliveries = app.Get<TableDeliveries>();
        var made = Enumerable.Range(0, 7).Select(day => WebhookMessages.Test(webhook, App.Start.AddDays(day))).ToArray();
        foreach (var delivery in made)
        {
            var ended = delivery.Id == made[2].Id ? delivery : delivery with { Status = DeliveryStatus.Delivered };
            await deliveries.AddAsync(ended, DeliveryKey.PlaceOf(ended), default);
        }

        await deliveries.ForgetAsync("whk_1", App.Start.AddDays(5), default);

        var left = await app.Get<IWebhooks>().DeliveriesAsync("whk_1", null, 100, default);
        Assert.Equal([made[6].Id, made[5].Id, made[2].Id], left.Items.Select(delivery => delivery.Id));
    }

    private sealed class WrongTime : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + By;
    }
}
