using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Metering;
using Metering.Api;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;

namespace MeterFunctions.Tests.Webhooks;

[Rule(11)]
[Collection(StorageCollection.Name)]
public sealed class WebhookQueueTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(10);

    private static readonly Webhook Hook = new() { Id = "whk_1", Url = "https://hooks.example.com/meter", CreatedAt = App.Start };

    private readonly Azurite _azurite;
    private readonly TaskHub _hub = new();
    private readonly FakeTimeProvider _time = new(Now);
    private readonly QueueRun _queue;

    public WebhookQueueTests(Azurite azurite)
    {
        _azurite = azurite;
        _queue = new QueueRun(WebhookQueue.IdOf(new QueueWork("whk_1", "lic_1")), _hub, _time);
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task One_orchestration_sends_at_a_time_and_the_next_begins_when_it_has_ended()
    {
        await _queue.NextAsync();
        await _queue.NextAsync();
        await _queue.NextAsync();

        var (instance, queue) = Assert.Single(_queue.Started);
        Assert.Equal(new QueueWork("whk_1", "lic_1"), queue);
        await _queue.EndAsync("deliver-of-somebody-else");
        Assert.Single(_queue.Started);

        // It may have found nothing just before more came.
        await _queue.EndAsync(instance);
        Assert.Equal(2, _queue.Started.Count);
        await _queue.EndAsync(instance);
        Assert.NotNull(_queue.State);
        await _queue.EndAsync(_queue.Started[1].Instance);
        Assert.Equal(2, _queue.Started.Count);
        Assert.Null(_queue.State);
    }

    [Fact]
    public async Task A_queue_that_has_ended_begins_again()
    {
        await _queue.NextAsync();
        await _queue.EndAsync(_queue.Started[0].Instance);
        await _queue.NextAsync();

        Assert.Equal(2, _queue.Started.Count);
        Assert.NotEqual(_queue.Started[0].Instance, _queue.Started[1].Instance);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    public async Task An_orchestration_that_ended_without_a_word_is_followed_by_another(OrchestrationRuntimeStatus status)
    {
        var first = await BeginAsync();
        _hub.Statuses[first] = status;
        _time.Advance(LookEvery);

        await _queue.NextAsync();
        await _queue.NextAsync();

        Assert.Equal(2, _queue.Started.Count);
        Assert.Equal(_queue.Started[0].Queue, _queue.Started[1].Queue);

        // Its end, told late, is not that of the one that runs now.
        await _queue.EndAsync(first);
        Assert.Equal(2, _queue.Started.Count);
        Assert.Contains(_queue.Started[1].Instance, _queue.State, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_runs_goes_on_and_is_asked_for_now_and_then_only()
    {
        await BeginAsync();
        await _queue.NextAsync();
        Assert.Equal(0, _hub.Looks);

        for (var look = 1; look <= 3; look++)
        {
            _time.Advance(LookEvery);
            await _queue.NextAsync();
            await _queue.NextAsync();
            Assert.Equal(look, _hub.Looks);
        }

        // A clock that was set back is no reason not to look for hours.
        _time.AdjustTime(Now.AddDays(-1));
        await _queue.NextAsync();
        Assert.Equal(4, _hub.Looks);
        Assert.Single(_queue.Started);
    }

    [Fact]
    public async Task One_that_is_not_there_is_followed_only_when_it_is_missing_a_second_time()
    {
        // The word to start it may still wait in the task hub, which was off for days.
        var first = await BeginAsync();
        _hub.Instances.Remove(first);
        _time.Advance(TimeSpan.FromDays(3));
        await _queue.NextAsync();
        await _queue.NextAsync();
        _hub.Instances.Add(first);
        _time.Advance(LookEvery);
        await _queue.NextAsync();
        Assert.Single(_queue.Started);

        _hub.Instances.Remove(first);
        _time.Advance(LookEvery);
        await _queue.NextAsync();
        Assert.Single(_queue.Started);
        _time.Advance(LookEvery);
        await _queue.NextAsync();
        Assert.Equal(2, _queue.Started.Count);
    }

    [Fact]
    public async Task A_task_hub_that_does_not_say_leaves_the_queue_as_it_is_until_the_next_word()
    {
        var first = await BeginAsync();
        _hub.Statuses[first] = OrchestrationRuntimeStatus.Failed;
        _hub.LookFault = new InvalidOperationException("The task hub is away.");
        _time.Advance(LookEvery);
        await _queue.NextAsync();
        Assert.Single(_queue.Started);

        _hub.LookFault = null;
        await _queue.NextAsync();
        Assert.Equal(2, _queue.Started.Count);
    }

    [Fact]
    public async Task A_queue_that_an_earlier_version_has_begun_is_looked_at_with_the_first_word()
    {
        _hub.Instances.Add("deliver-1");
        _hub.Statuses["deliver-1"] = OrchestrationRuntimeStatus.Failed;
        _queue.State = """{"Running":"deliver-1","HasMore":false}""";

        await _queue.NextAsync();

        Assert.Single(_queue.Started);
    }

    [Fact]
    public async Task A_signal_waits_for_the_webhooks_that_want_it_once_though_entities_crash()
    {
        await using var app = new App(_azurite);
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

    private async Task<string> BeginAsync()
    {
        await _queue.NextAsync();
        _hub.Instances.Add(_queue.Started[0].Instance);
        return _queue.Started[0].Instance;
    }
}
