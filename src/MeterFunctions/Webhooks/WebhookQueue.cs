using MeterFunctions.Storage;
using Metering;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace MeterFunctions.Webhooks;

/// <summary>
/// Sees to it that one orchestration at a time sends what waits for one webhook about one license, so that it goes out in order (rule 11)
/// and a slow receiver holds up no other. It asks no storage for anything, so no fault there can lose what it is told.
/// </summary>
public static class WebhookQueue
{
    /// <summary>The entity's name, and that of its function.</summary>
    public const string Name = "WebhookQueue";

    /// <summary>The operation that says that something waits.</summary>
    public const string Next = "next";

    /// <summary>The operation that says that an orchestration has found nothing any more; its input is the instance.</summary>
    public const string Ended = "ended";

    // Texts in keys have none of it.
    private const char Separator = '|';

    /// <summary>The queue of a delivery.</summary>
    public static EntityInstanceId IdOf(Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return IdOf(new QueueWork(delivery.WebhookId, TableKeys.Text(delivery.LicenseId)));
    }

    /// <summary>The queue that an orchestration sends.</summary>
    public static EntityInstanceId IdOf(QueueWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return new(Name, $"{work.WebhookId}{Separator}{work.LicenseKey}");
    }

    /// <summary>Runs a batch of operations.</summary>
    [Function(Name)]
    public static Task RunAsync([EntityTrigger] TaskEntityDispatcher dispatcher)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        return dispatcher.DispatchAsync(operation =>
        {
            Run(operation);
            return default;
        });
    }

    internal static void Run(TaskEntityOperation operation)
    {
        var queue = operation.State.GetState<QueueState>() ?? QueueState.Empty;
        queue = operation.Name switch
        {
            Next when queue.Running is null => Start(operation.Context),
            Next => queue with { HasMore = true },

            // An end that is told again, or late, is not of the one that runs now.
            Ended when queue.Running != operation.GetInput<string>() => queue,
            Ended => queue.HasMore ? Start(operation.Context) : QueueState.Empty,
            _ => throw new NotSupportedException($"The entity has no operation {operation.Name}."),
        };
        operation.State.SetState(queue.Running is null ? null : queue);
    }

    private static QueueState Start(TaskEntityContext context)
    {
        var key = context.Id.Key;
        var end = key.IndexOf(Separator, StringComparison.Ordinal);
        var instance = $"deliver-{Guid.NewGuid():N}";
        context.ScheduleNewOrchestration(
            DeliveryOrchestration.Name, new QueueWork(key[..end], key[(end + 1)..]), new StartOrchestrationOptions(instance));
        return new QueueState(instance, HasMore: false);
    }
}
