using System.Text.Json;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeterFunctions.Tests.Webhooks;

/// <summary>Runs the operations of one webhook queue one after the other, and keeps what it starts.</summary>
internal sealed class QueueRun(EntityInstanceId id, EntityTaskHub hub, TimeProvider time)
{
    private readonly WebhookQueue _queue = new(time, NullLogger<WebhookQueue>.Instance);

    /// <summary>The queue's state as JSON; null when it has none.</summary>
    public string? State { get; set; }

    /// <summary>Orchestrations that were started, as instance and queue.</summary>
    public List<(string Instance, QueueWork Queue)> Started { get; } = [];

    public Task NextAsync() => RunAsync(WebhookQueue.Next, null);

    public Task EndAsync(string instance) => RunAsync(WebhookQueue.Ended, instance);

    private async Task RunAsync(string operation, string? input)
    {
        var run = new EntityRun(id, operation, JsonSerializer.Serialize(input), State);
        await _queue.RunAsync(run, hub);
        State = run.NewState;
        Assert.Empty(run.Sent);
        foreach (var (name, instance, queue) in run.Started)
        {
            Assert.Equal(DeliveryOrchestration.Name, name);
            Started.Add((instance, (QueueWork)queue!));
        }
    }
}
