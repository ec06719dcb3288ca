using System.Text.Json;
using MeterFunctions.Webhooks;
using Metering;
using Microsoft.DurableTask;
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
        var run = new Operation(this, operation, JsonSerializer.Serialize(input));
        await _queue.RunAsync(run);
    }

    private sealed class Operation(QueueRun queue, string name, string input) : TaskEntityOperation
    {
        public override string Name => name;

        public override TaskEntityContext Context => new OperationContext(queue);

        public override TaskEntityState State => new OperationState(queue);

        public override bool HasInput => true;

        public override object? GetInput(Type inputType) => JsonSerializer.Deserialize(input, inputType);
    }

    private sealed class OperationState(QueueRun queue) : TaskEntityState
    {
        public override bool HasState => queue.State is not null;

        public override object? GetState(Type type) => queue.State is null ? null : JsonSerializer.Deserialize(queue.State, type);

        public override void SetState(object? state) => queue.State = state is null ? null : JsonSerializer.Serialize(state);
    }

    private sealed class OperationContext(QueueRun queue) : TaskEntityContext
    {
        public override EntityInstanceId Id => queue.Id;

        public override void SignalEntity(EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null) =>
            throw new NotSupportedException();

        public override string ScheduleNewOrchestration(TaskName name, object? input = null, StartOrchestrationOptions? options = null)
        {
            Assert.Equal(DeliveryOrchestration.Name, name.Name);
            queue.Started.Add((options!.InstanceId!, (Delivery)input!));
            return options.InstanceId!;
        }
    }

    private EntityInstanceId Id => id;
}
