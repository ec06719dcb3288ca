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

    private readonly QueueRun _queue = new(WebhookQueue.IdOf(new QueueWork("whk_1", "lic_1")));

    [Fact]
    public void One_orchestration_sends_at_a_time_and_the_next_begins_when_it_has_ended()
    {
        _queue.Next();
        _queue.Next();
        _queue.Next();

        var (instance, queue) = Assert.Single(_queue.Started);
        Assert.Equal(new QueueWork("whk_1", "lic_1"), queue);
        _queue.End("deliver-of-somebody-else");
        Assert.Single(_queue.Started);

        // It may have found nothing just before more came.
        _queue.End(instance);
        Assert.Equal(2, _queue.Started.Count);
        _queue.End(instance);
        Assert.NotNull(_queue.State);
        _queue.End(_queue.Started[1].Instance);
        Assert.Equal(2, _queue.Started.Count);
        Assert.Null(_queue.State);
    }

    [Fact]
    public void A_queue_that_has_ended_begins_again()
    {
        _queue.Next();
        _queue.End(_queue.Started[0].Instance);
        _queue.Next();

        Assert.Equal(2, _queue.Started.Count);
        Assert.NotEqual(_queue.Started[0].Instance, _queue.Started[1].Instance);
    }

    [Fact]
    public async Task A_signal_waits_for_the_webhooks_that_want_it_once_though_entities_crash()
    {
        await using var app = new App(azurite);
        await app.Get<IWebhooks>().AddAsync(Hook with { Events = [SignalType.Overage] }, default);
        await app.Get<IWebhooks>().AddAsync(Hook with { Id = "whk_2", Events = [SignalType.PeriodClosed] }, default);
        var license = await app.OpenAsync(limit: 1);
        app.Hub.Crashes = 1;

        await app.Meters.ApplyAsync(license, new RecordUse { FeatureCode = Commands.Calls, Given = 2 }, Commands.Key("k"), default);
        app.Hub.Crashes = 1;
        await app.Hub.DeliverSignalsAsync();

        var delivery = Assert.Single((await app.Get<IWebhooks>().DeliveriesAsync("whk_1", null, 10, default)).Items);
        var (id, operation, _, _) = Assert.Single(app.Hub.Postponed);
        Assert.Equal((WebhookQueue.IdOf(delivery), WebhookQueue.Next), (id, operation));
        Assert.Equal(("overage", license, DeliveryStatus.Pending), (delivery.Type, delivery.LicenseId, delivery.Status));
        Assert.Empty((await app.Get<IWebhooks>().DeliveriesAsync("whk_2", null, 10, default)).Items);
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
}
