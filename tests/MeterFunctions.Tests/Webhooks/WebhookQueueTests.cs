using System.Text.Json;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Metering;
using Metering.Api;

namespace MeterFunctions.Tests.Webhooks;

[Rule(11)]
[Collection(StorageCollection.Name)]
public sealed class WebhookQueueTests(Azurite azurite)
{
    private static readonly Webhook Hook = new() { Id = "whk_1", Url = "https://hooks.example.com/meter", CreatedAt = App.Start };

    [Fact]
    public async Task Deliveries_go_out_one_after_the_other_in_their_order()
    {
        await using var app = new App(azurite);
        var deliveries = Deliveries(3);
        var queue = new QueueRun(app.Services, WebhookQueue.IdOf(deliveries[0]));

        foreach (var delivery in deliveries)
        {
            await queue.AddAsync(delivery);
        }

        Assert.Equal(deliveries[0].Id, Assert.Single(queue.Started).Delivery.Id);
        await queue.EndAsync("deliver-of-somebody-else");
        Assert.Single(queue.Started);
        await queue.EndAsync(queue.Started[0].Instance);
        await queue.EndAsync(queue.Started[1].Instance);
        Assert.Equal(deliveries.Select(delivery => delivery.Id), queue.Started.Select(started => started.Delivery.Id));
        await queue.EndAsync(queue.Started[2].Instance);
        Assert.Null(queue.State);
    }

    [Fact]
    public async Task A_delivery_that_is_added_twice_goes_out_once()
    {
        await using var app = new App(azurite);
        var deliveries = Deliveries(2);
        var queue = new QueueRun(app.Services, WebhookQueue.IdOf(deliveries[0]));

        foreach (var delivery in deliveries.Concat(deliveries))
        {
            await queue.AddAsync(delivery);
        }

        await queue.EndAsync(queue.Started[0].Instance);
        await queue.EndAsync(queue.Started[1].Instance);
        Assert.Equal(2, queue.Started.Count);
    }

    [Fact]
    public async Task A_queue_that_is_full_gives_up_what_comes_and_says_so()
    {
        await using var app = new App(azurite);
        var deliveries = Deliveries(WebhookQueue.MaxWaiting + 2);
        var queue = new QueueRun(app.Services, WebhookQueue.IdOf(deliveries[0]));

        foreach (var delivery in deliveries)
        {
            await queue.AddAsync(delivery);
        }

        var webhooks = app.Get<IWebhooks>();
        var last = await webhooks.FindDeliveryAsync(Hook.Id, deliveries[^1].Id, default);
        var before = await webhooks.FindDeliveryAsync(Hook.Id, deliveries[^2].Id, default);
        Assert.Equal(DeliveryStatus.Failed, last!.Status);
        Assert.Contains("wait", last.LastError, StringComparison.Ordinal);
        Assert.Equal(DeliveryStatus.Pending, before!.Status);
    }

    [Fact]
    public async Task A_counter_signals_the_queues_of_the_webhooks_that_want_it_once_though_it_crashes()
    {
        await using var app = new App(azurite);
        await app.Get<IWebhooks>().AddAsync(Hook with { Events = [SignalType.Overage] }, default);
        await app.Get<IWebhooks>().AddAsync(Hook with { Id = "whk_2", Events = [SignalType.PeriodClosed] }, default);
        var license = await app.OpenAsync(limit: 1);
        app.Hub.Crashes = 1;

        await app.Meters.ApplyAsync(license, new RecordUse { FeatureCode = Commands.Calls, Given = 2 }, Commands.Key("k"), default);
        app.Hub.Crashes = 1;
        await app.Hub.DeliverSignalsAsync();

        var (id, operation, input, _) = Assert.Single(app.Hub.Postponed);
        var delivery = JsonSerializer.Deserialize<Delivery>(input)!;
        Assert.Equal(WebhookQueue.IdOf(delivery), id);
        Assert.Equal(WebhookQueue.Add, operation);
        Assert.Equal(("whk_1", "overage", license), (delivery.WebhookId, delivery.Type, delivery.LicenseId));
        Assert.Equal(2m, await app.UsedAsync(license));
    }

    [Fact]
    public void The_same_signal_makes_the_same_delivery_however_often_it_is_made()
    {
        var signal = new Signal { Type = SignalType.Overage, LicenseId = "lic_1", TenantId = "t", Sequence = 5, At = App.Start };
        var first = Assert.Single(WebhookMessages.Of(signal, [Hook], App.Start));
        var second = Assert.Single(WebhookMessages.Of(signal, [Hook], App.Start.AddMinutes(3)));
        var next = Assert.Single(WebhookMessages.Of(signal with { Sequence = 6 }, [Hook], App.Start));

        Assert.Equal(first.Id, second.Id);
        Assert.NotEqual(first.Id, next.Id);
        Assert.Equal(36, first.Id.Length);
    }

    private static Delivery[] Deliveries(int count) =>
    [
        .. Enumerable.Range(1, count).Select(sequence => WebhookMessages.Of(
            new Signal
            {
                Type = SignalType.PeriodClosed,
                LicenseId = "lic_1",
                TenantId = "t",
                Sequence = sequence,
                At = App.Start.AddSeconds(sequence),
            },
            [Hook],
            App.Start).Single()),
    ];
}
