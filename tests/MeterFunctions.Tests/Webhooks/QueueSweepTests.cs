using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Metering;
using Metering.Api;
using Microsoft.Extensions.Time.Testing;

namespace MeterFunctions.Tests.Webhooks;

/// <summary>Deliveries that should have gone out are found, whatever became of those who were to send them.</summary>
[Rule(11)]
[Collection(StorageCollection.Name)]
public sealed class QueueSweepTests(Azurite azurite)
{
    // The storage's stamps count too, so the clock begins with its time.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task The_queues_in_which_something_is_late_are_told_and_no_others()
    {
        await using var app = new App(azurite, time: _time);
        await AddAsync(app, "whk_1", "lic_1", "lic_1", "lic_10", "");
        await AddAsync(app, "whk_2", "lic_1");
        _time.Advance(QueueSweep.Late);
        await AddAsync(app, "whk_2", "lic_2");
        app.Hub.Held.Clear();

        Assert.Null(await SweepAsync(app, QueuePlace.Start));

        Assert.Equal(
            [("whk_1", ""), ("whk_1", "lic_1"), ("whk_1", "lic_10"), ("whk_2", "lic_1")],
            app.Hub.Held.Select(sent => sent.Id.Key.Split('|')).Select(parts => (parts[0], parts[1])));
        Assert.All(app.Hub.Held, sent => Assert.Equal(WebhookQueue.Next, sent.Operation));
    }

    [Fact]
    public async Task A_sweep_goes_on_where_it_was_and_ends_where_the_webhook_is_gone()
    {
        await using var app = new App(azurite, time: _time);
        await AddAsync(app, "whk_1", "lic_1", "lic_2");
        await AddAsync(app, "whk_2", "lic_1");
        _time.Advance(QueueSweep.Late);
        app.Hub.Held.Clear();

        await SweepAsync(app, new QueuePlace("whk_1", "lic_1"));
        Assert.Equal(["whk_1|lic_2", "whk_2|lic_1"], app.Hub.Held.Select(sent => sent.Id.Key));

        await app.Get<IWebhooks>().RemoveAsync("whk_2", default);
        app.Hub.Held.Clear();
        Assert.Null(await SweepAsync(app, new QueuePlace("whk_2", "lic_1")));
        Assert.Empty(app.Hub.Held);
    }

    [Fact]
    public async Task Many_queues_are_looked_at_in_steps()
    {
        await using var app = new App(azurite, time: _time);
        await AddAsync(app, "whk_1", [.. Enumerable.Range(0, 230).Select(i => $"lic_{i:000}")]);
        _time.Advance(QueueSweep.Late);
        app.Hub.Held.Clear();

        var place = await SweepAsync(app, QueuePlace.Start);
        Assert.Equal(new QueuePlace("whk_1", "lic_199"), place);
        Assert.Null(await SweepAsync(app, place!));
        Assert.Equal(230, app.Hub.Held.Select(sent => sent.Id).Distinct().Count());
    }

    [Fact]
    public async Task The_sweep_goes_on_without_end_and_keeps_its_place_through_faults()
    {
        var further = new QueuePlace("whk_1", "lic_1");
        var steps = new Queue<Func<QueuePlace?>>([() => further, () => throw new StoreUnavailableException("away"), () => null]);
        var run = new OrchestrationRun(QueueSweep.Name, QueueSweep.InstanceId, (_, _) => Task.FromResult<object?>(steps.Dequeue()()));

        object? next = QueuePlace.Start;
        var nexts = new List<object?>();
        while (steps.Count > 0)
        {
            await QueueSweep.RunAsync(run, (QueuePlace)next!);
            nexts.Add(next = run.TakeNext());
        }

        Assert.Equal([further, further, QueuePlace.Start], nexts);
        Assert.Equal([QueueSweep.Rest, QueueSweep.Rest], run.Waits);
    }

    private static Task<QueuePlace?> SweepAsync(App app, QueuePlace place) =>
        new QueueSweep(app.Services).SweepAsync(place, app.Hub, default);

    private async Task AddAsync(App app, string id, params string[] licenses)
    {
        var webhook = new Webhook { Id = id, Url = "https://hooks.example.com/meter", CreatedAt = App.Start };
        await app.Get<IWebhooks>().AddAsync(webhook, default);
        foreach (var part in licenses.Chunk(16))
        {
            await Task.WhenAll(part.Select(license => app.Get<IWebhooks>().AddDeliveryAsync(
                WebhookMessages.Test(webhook, _time.GetUtcNow()) with { LicenseId = license }, default).AsTask()));
        }
    }
}
