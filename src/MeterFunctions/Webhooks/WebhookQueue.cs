using MeterFunctions.Storage;
using Metering;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace MeterFunctions.Webhooks;

/// <summary>
/// What waits to be sent to one webhook about one license, in order (rule 11): one delivery is on its way at a time, as an
/// orchestration, and the next starts when it has ended. A license's counter signals it in the same commit as its state, so
/// no signal is lost and none is sent of what was not counted.
/// </summary>
public sealed class WebhookQueue(IServiceProvider services)
{
    /// <summary>The entity's name, and that of its function.</summary>
    public const string Name = "WebhookQueue";

    /// <summary>The operation that adds a delivery.</summary>
    public const string Add = "add";

    /// <summary>The operation that says that an orchestration has ended; its input is the instance.</summary>
    public const string Ended = "ended";

    /// <summary>Most deliveries that may wait; a further one is given up, and can be redelivered.</summary>
    // They lie in the entity's state, which is read and written whole with each operation.
    public const int MaxWaiting = 200;

    /// <summary>The queue of a delivery.</summary>
    public static EntityInstanceId IdOf(Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return new(Name, $"{delivery.WebhookId}|{TableKeys.Text(delivery.LicenseId)}");
    }

    /// <summary>Runs a batch of operations.</summary>
    [Function(Name)]
    public Task RunAsync([EntityTrigger] TaskEntityDispatcher dispatcher)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        return dispatcher.DispatchAsync(async operation => await RunAsync(operation));
    }

    internal async ValueTask<object?> RunAsync(TaskEntityOperation operation)
    {
        var queue = operation.State.GetState<QueueState>() ?? QueueState.Empty;
        switch (operation.Name)
        {
            case Add:
                queue = await AddAsync(queue, operation.GetInput<Delivery>()!);
                break;

            // An end that is told again, or late, is not of the one that runs now.
            case Ended when queue.Running == operation.GetInput<string>():
                queue = queue with { Running = null };
                break;
            case Ended:
                break;
            default:
                throw new NotSupportedException($"The entity has no operation {operation.Name}.");
        }

        if (queue.Running is null && queue.Waiting.Length > 0)
        {
            var next = queue.Waiting[0];

            // By the delivery's id, so that the queue knows what runs before it has begun, and knows its end.
            var instance = $"deliver-{next.Id}";
            operation.Context.ScheduleNewOrchestration(DeliveryOrchestration.Name, next, new StartOrchestrationOptions(instance));
            queue = new QueueState(queue.Waiting.RemoveAt(0), instance);
        }

        operation.State.SetState(queue is { Running: null, Waiting.Length: 0 } ? null : queue);
        return null;
    }

    private async ValueTask<QueueState> AddAsync(QueueState queue, Delivery delivery)
    {
        // The same delivery may be added again, when the activity that told of it was made again.
        var known = queue.Running == $"deliver-{delivery.Id}" || queue.Waiting.Any(waiting => waiting.Id == delivery.Id);
        if (known)
        {
            return queue;
        }

        var room = queue.Waiting.Length < MaxWaiting;
        var kept = room ? delivery : delivery.GiveUp($"More than {MaxWaiting} deliveries wait.");
        await services.GetRequiredService<TableWebhooks>().KeepAsync(kept, CancellationToken.None);
        return room ? queue with { Waiting = queue.Waiting.Add(delivery) } : queue;
    }
}
