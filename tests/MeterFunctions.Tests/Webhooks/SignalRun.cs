using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Metering;
using Metering.Api;
using Microsoft.DurableTask.Entities;

namespace MeterFunctions.Tests.Webhooks;

/// <summary>
/// The whole way of signals in a task hub in memory: from the outboxes into the queues of the webhooks, and out to the receivers.
/// </summary>
internal sealed class SignalRun(App app)
{
    private readonly DeliveryOrchestration _deliveries = new(app.Services);
    private readonly Dictionary<EntityInstanceId, QueueRun> _queues = [];
    private readonly Dictionary<EntityInstanceId, int> _begun = [];

    /// <summary>Orchestrations that stand at a timer, and what is to be done when they have ended.</summary>
    private readonly List<(OrchestrationRun Run, Task Work)> _held = [];

    /// <summary>Whether an orchestration stops at its first timer.</summary>
    public bool HoldsTimers { get; set; }

    /// <summary>Called before each attempt, with its number.</summary>
    public Action<int>? BeforeAttempt { get; set; }

    /// <summary>Attempts so far.</summary>
    public int Attempts { get; private set; }

    /// <summary>How long orchestrations have waited between their attempts.</summary>
    public List<TimeSpan> Waits { get; } = [];

    /// <summary>Runs everything until nothing is left to do but to wait for timers that are held.</summary>
    public async Task RunAsync()
    {
        do
        {
            await app.Hub.DeliverSignalsAsync();
        }
        while (await RunQueuesAsync());
    }

    /// <summary>Sweeps, as if every intent were old.</summary>
    public ValueTask<SweepWork> SweepAsync() =>
        app.Get<SignalOutbox>().SweepAsync(SweepWork.Start, TimeSpan.FromHours(-1), default);

    /// <summary>Lets the orchestrations that stand at a timer go on, and end.</summary>
    public async Task ReleaseAsync()
    {
        foreach (var (run, work) in _held.ToArray())
        {
            run.Release();
            await work;
        }

        await RunAsync();
    }

    private async Task<bool> RunQueuesAsync()
    {
        var told = app.Hub.Postponed.Select(sent => sent.Id).Concat(app.Hub.Held.Select(sent => sent.Id)).Where(IsQueue).ToList();
        app.Hub.Postponed.RemoveAll(sent => IsQueue(sent.Id));
        app.Hub.Held.RemoveAll(sent => IsQueue(sent.Id));
        foreach (var id in told)
        {
            await Queue(id).NextAsync();
        }

        var began = false;
        foreach (var (id, queue) in _queues)
        {
            for (; _begun.GetValueOrDefault(id) < queue.Started.Count; began = true)
            {
                var (instance, work) = queue.Started[_begun.GetValueOrDefault(id)];
                _begun[id] = _begun.GetValueOrDefault(id) + 1;
                var run = new OrchestrationRun(DeliveryOrchestration.Name, instance, (_, input) => SendAsync((QueueWork)input!))
                {
                    HoldsTimers = HoldsTimers,
                };
                var ends = RunAsync(run, work, queue);
                _held.Add((run, ends));
                await await Task.WhenAny(ends, run.AtTimer);
            }
        }

        return began || told.Count > 0;
    }

    private async Task RunAsync(OrchestrationRun run, QueueWork work, QueueRun queue)
    {
        for (object? next = work; next is not null; next = run.TakeNext())
        {
            await DeliveryOrchestration.RunAsync(run, (QueueWork)next);
        }

        Waits.AddRange(run.Waits);
        var (_, operation, input) = run.Sent[0];
        Assert.Equal(WebhookQueue.Ended, operation);
        await queue.EndAsync((string)input!);
    }

    private async Task<object?> SendAsync(QueueWork work)
    {
        BeforeAttempt?.Invoke(++Attempts);
        return await _deliveries.SendAsync(work, app.Hub, default);
    }

    private QueueRun Queue(EntityInstanceId id) =>
        _queues.TryGetValue(id, out var known) ? known : _queues[id] = new QueueRun(id, app.Hub, TimeProvider.System);

    private static bool IsQueue(EntityInstanceId id) => string.Equals(id.Name, WebhookQueue.Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Adds a webhook.</summary>
    public async Task<Webhook> HookAsync(string id, string url, params SignalType[] events)
    {
        var webhook = new Webhook
        {
            Id = id,
            Url = url,
            Events = [.. events],
            Secrets = [new WebhookSecret(WebhookSignature.NewSecret(), null)],
            CreatedAt = App.Start,
        };
        await app.Get<IWebhooks>().AddAsync(webhook, default);
        return webhook;
    }
}
