using System.Text.Json;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Metering;
using Metering.Api;
using Metering.Api.Tests.Webhooks;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Tests.Webhooks;

/// <summary>How many attempts are under way to a webhook, and what waits for a place.</summary>
[Collection(StorageCollection.Name)]
public sealed class DeliveryGateTests(Azurite azurite)
{
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Metering:Webhooks:AllowPrivateAddresses"] = "true",
        ["Metering:Webhooks:TimeoutSeconds"] = "60",
    };

    [Fact]
    public async Task A_receiver_that_is_slow_has_a_few_attempts_at_a_time_and_holds_up_no_other_webhook()
    {
        var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var asked = new SemaphoreSlim(0);
        await using var slow = await Receiver.StartAsync(_ =>
        {
            asked.Release();
            return answer.Task;
        });
        await using var quick = await Receiver.StartAsync(_ => 204);
        await using var app = new App(azurite, Settings);
        var webhook = await app.HookAsync("whk_slow", slow.Url);
        var deliveries = Enumerable.Range(0, 12)
            .Select(i => WebhookMessages.Test(webhook, DateTimeOffset.UtcNow) with { LicenseId = $"lic_{i:00}" }).ToArray();
        var attempts = deliveries.ToDictionary(delivery => app.SendAsync(delivery));

        // All but those that the receiver holds come back, and it was not asked about them.
        for (var i = 0; i < 8; i++)
        {
            var returned = await Task.WhenAny(attempts.Keys);
            Assert.Equal(attempts[returned], await returned);
            attempts.Remove(returned);
        }

        for (var i = 0; i < 4; i++)
        {
            await asked.WaitAsync();
        }

        // Another webhook of the same host too, whose attempts are its own.
        Assert.Equal(DeliveryStatus.Delivered, (await app.SendAsync(await TestOfAsync("whk_quick", quick.Url))).Status);
        var neighbour = app.SendAsync(await TestOfAsync("whk_neighbour", slow.Url));
        await asked.WaitAsync();

        answer.SetResult(204);
        Assert.Equal(DeliveryStatus.Delivered, (await neighbour).Status);
        Assert.All(await Task.WhenAll(attempts.Keys), sent => Assert.Equal((DeliveryStatus.Delivered, 1), (sent.Status, sent.Attempts)));
        foreach (var delivery in deliveries)
        {
            await app.AttemptAsync(delivery);
            var sent = (await app.FindAsync(delivery))!;
            Assert.Equal((DeliveryStatus.Delivered, 1), (sent.Status, sent.Attempts));
        }

        async Task<Delivery> TestOfAsync(string id, string url) =>
            WebhookMessages.Test(await app.HookAsync(id, url), DateTimeOffset.UtcNow);
    }

    [Fact]
    public void A_webhook_has_at_most_half_of_the_activities_of_an_instance_whatever_is_configured()
    {
        var gate = new DeliveryGate(Options.Create(new WebhookOptions { Concurrency = 64 }));
        var places = Enumerable.Range(0, DeliveryGate.MaxPlaces).Select(_ => gate.TryEnter("whk_1")).ToList();

        Assert.All(places, Assert.NotNull);
        Assert.Null(gate.TryEnter("whk_1"));
        using (var other = gate.TryEnter("whk_2"))
        {
            Assert.NotNull(other);
        }

        places[0]!.Dispose();
        Assert.NotNull(gate.TryEnter("whk_1"));
        Assert.Null(gate.TryEnter("whk_1"));
    }

    [Fact]
    public void All_webhooks_together_leave_activities_to_others_and_the_last_places_are_for_those_that_have_none()
    {
        var gate = new DeliveryGate(Options.Create(new WebhookOptions { Concurrency = 4 }));
        var places = new List<IDisposable?>();
        foreach (var webhook in new[] { "whk_1", "whk_2", "whk_3" })
        {
            places.AddRange(Enumerable.Range(0, 5).Select(_ => gate.TryEnter(webhook)));
        }

        // Slow receivers hold half of the activities; then each other webhook has one attempt at a time.
        Assert.Equal(DeliveryGate.MaxPlaces, places.Count(place => place is not null));
        for (var i = DeliveryGate.MaxPlaces; i < DeliveryGate.MaxAllPlaces; i++)
        {
            Assert.NotNull(gate.TryEnter($"whk_quick_{i}"));
            Assert.Null(gate.TryEnter($"whk_quick_{i}"));
        }

        Assert.Null(gate.TryEnter("whk_late"));
        places[0]!.Dispose();
        Assert.Null(gate.TryEnter("whk_1"));
        Assert.NotNull(gate.TryEnter("whk_late"));
        Assert.Null(gate.TryEnter("whk_later"));
    }

    [Fact]
    public void The_places_are_shares_of_the_activities_that_an_instance_runs_at_once()
    {
        using var host = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "host.json")));
        var activities = host.RootElement.GetProperty("extensions").GetProperty("durableTask").GetProperty("maxConcurrentActivityFunctions")
            .GetInt32();

        Assert.Equal(DeliveryGate.MaxPlaces, activities / 2);
        Assert.Equal(DeliveryGate.MaxAllPlaces, activities * 3 / 4);
    }

    [Fact]
    public async Task A_queue_without_a_place_is_told_to_ask_again_at_growing_intervals()
    {
        var time = new StillTime();
        await using var app = new App(azurite, Settings, time: time);
        var gate = app.Get<DeliveryGate>();
        while (gate.TryEnter("whk_1") is not null)
        {
        }

        var waits = new List<double>();
        for (var asked = 0; asked < 6; asked++)
        {
            var step = await new DeliveryOrchestration(app.Services)
                .SendAsync(new QueueWork("whk_1", "lic_1", Waits: asked), app.Hub, default);
            Assert.True(step.IsFull);
            waits.Add((step.NextAttemptAt!.Value - time.GetUtcNow()).TotalSeconds);
        }

        Assert.Equal([5, 10, 20, 40, 60, 60], waits);
    }

    [Fact]
    public async Task What_an_orchestrator_does_follows_from_the_next_time_alone_and_it_counts_how_often_it_waited()
    {
        // An earlier version of the app, which knows no places, must do the same: while both run, either goes on with the other's history.
        OrchestrationRun run = null!;
        var asked = new List<int>();
        var steps = new Queue<Func<QueueStep>>([Full, Full, () => QueueStep.GoOn, Full, () => QueueStep.Empty]);
        run = new OrchestrationRun(DeliveryOrchestration.Name, "deliver-1", (_, input) =>
        {
            asked.Add(((QueueWork)input!).Waits);
            return Task.FromResult<object?>(steps.Dequeue()());
        });

        await DeliveryOrchestration.RunAsync(run, new QueueWork("whk_1", "lic_1"));

        Assert.Equal([7, 7, 7], run.Waits.Select(wait => wait.TotalSeconds));
        Assert.Equal([0, 1, 2, 0, 1], asked);

        QueueStep Full() => QueueStep.Full(run.CurrentUtcDateTime.AddSeconds(7));
    }

    private sealed class StillTime : TimeProvider
    {
        private readonly DateTimeOffset _now = UtcJsonConverter.WholeMilliseconds(DateTimeOffset.UtcNow);

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
