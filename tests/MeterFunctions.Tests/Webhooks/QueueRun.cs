using System.Text.Json;
using MeterFunctions.Tests.Hosting;
using MeterFunctions.Webhooks;
using Metering;
using Microsoft.DurableTask.Entities;

namespace MeterFunctions.Tests.Webhooks;

/// <summary>Runs the operations of one webhook queue one after the other, and keeps what it starts.</summary>
internal sealed class QueueRun(IServiceProvider services, EntityInstanceId id)
{
    private readonly WebhookQueue _queue = new(services);

    /// <summary>The queue's state as JSON; null when it has none.</summary>
    public string? State { get; private set; }

    /// <summary>Deliveries that were started, as instance and delivery.</summary>
    public List<(string Instance, Delivery Delivery)> Started { get; } = [];

    public Task AddAsync(Delivery delivery) => RunAsync(WebhookQueue.Add, delivery);

    public Task EndAsync(string instance) => RunAsync(WebhookQueue.Ended, instance);

    private async Task RunAsync(string operation, object input)
    {
        var run = new EntityRun(id, operation, JsonSerializer.Serialize(input), State);
        await _queue.RunAsync(run);
        State = run.NewState;
        Assert.Empty(run.Sent);
        foreach (var (name, instance, delivery) in run.Started)
        {
            Assert.Equal(DeliveryOrchestration.Name, name);
            Started.Add((instance, (Delivery)delivery!));
        }
    }
}
