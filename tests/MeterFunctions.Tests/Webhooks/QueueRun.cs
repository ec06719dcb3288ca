using System.Text.Json;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Microsoft.DurableTask.Entities;

namespace MeterFunctions.Tests.Webhooks;

/// <summary>Runs the operations of one webhook queue one after the other, and keeps what it starts.</summary>
internal sealed class QueueRun(EntityInstanceId id)
{
    /// <summary>The queue's state as JSON; null when it has none.</summary>
    public string? State { get; private set; }

    /// <summary>Orchestrations that were started, as instance and queue.</summary>
    public List<(string Instance, QueueWork Queue)> Started { get; } = [];

    public void Next() => Run(WebhookQueue.Next, null);

    public void End(string instance) => Run(WebhookQueue.Ended, instance);

    private void Run(string operation, string? input)
    {
        var run = new EntityRun(id, operation, JsonSerializer.Serialize(input), State);
        WebhookQueue.Run(run);
        State = run.NewState;
        Assert.Empty(run.Sent);
        foreach (var (name, instance, queue) in run.Started)
        {
            Assert.Equal(DeliveryOrchestration.Name, name);
            Started.Add((instance, (QueueWork)queue!));
        }
    }
}
