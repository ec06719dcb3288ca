using MeterFunctions.Hosting;
using MeterFunctions.Storage;
using Metering;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Webhooks;

/// <summary>
/// Sees to it that one orchestration at a time sends what waits for one webhook about one license, so that it goes out in order (rule 11)
/// and a slow receiver holds up no other. An orchestration that has failed, or was terminated or purged, never tells its end; so the task
/// hub is asked now and then whether it is still there, and a fault of that loses nothing of what the entity is told.
/// </summary>
public sealed class WebhookQueue(TimeProvider clock, ILogger<WebhookQueue> logger)
{
    /// <summary>The entity's name, and that of its function.</summary>
    public const string Name = "WebhookQueue";

    /// <summary>The operation that says that something waits.</summary>
    public const string Next = "next";

    /// <summary>The operation that says that an orchestration has found nothing any more; its input is the instance.</summary>
    public const string Ended = "ended";

    /// <summary>How often the task hub is asked at most: a read for each signal would be as much as the rest of its way.</summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(10);

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
    public Task RunAsync([EntityTrigger] TaskEntityDispatcher dispatcher, [DurableClient] DurableTaskClient client)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        return dispatcher.DispatchAsync(operation => RunAsync(operation, client));
    }

    internal async ValueTask<object?> RunAsync(TaskEntityOperation operation, DurableTaskClient client)
    {
        var queue = operation.State.GetState<QueueState>() ?? QueueState.Empty;
        queue = operation.Name switch
        {
            Next when queue.Running is null => Start(operation.Context),
            Next => await LookAsync(queue, operation.Context, client),

            // An end that is told again, or late, is not of the one that runs now.
            Ended when queue.Running != operation.GetInput<string>() => queue,
            Ended => queue.HasMore ? Start(operation.Context) : QueueState.Empty,
            _ => throw new NotSupportedException($"The entity has no operation {operation.Name}."),
        };
        operation.State.SetState(queue.Running is null ? null : queue);
        return null;
    }

    // The queue after more was announced: as it was, or with another orchestration where the one that ran is no more.
    private async ValueTask<QueueState> LookAsync(QueueState queue, TaskEntityContext context, DurableTaskClient client)
    {
        queue = queue with { HasMore = true };
        var now = clock.GetUtcNow();

        // A time in the future is of another instance's clock, or of one that was set back: that is no reason not to look.
        if (queue.LookedAt is { } at && at <= now && now - at < LookEvery)
        {
            return queue;
        }

        OrchestrationMetadata? found;
        try
        {
            found = await client.GetInstanceAsync(queue.Running!, CancellationToken.None);
        }
#pragma warning disable CA1031 // If it were thrown, nobody would know that a delivery waits. The next signal asks the hub again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.QueueNotLookedAt(fault, context.Id.Key);
            return queue;
        }

        // One that is not there may have been purged. But where the task hub has been slow or off, the message that starts it may still
        // wait, and then two would send. So it must be missing twice, with time between for the hub to work through what waits.
        if (found is { IsCompleted: true } || (found is null && queue.IsMissing))
        {
            logger.QueueStartedAgain(context.Id.Key, queue.Running!);
            return Start(context);
        }

        return queue with { LookedAt = now, IsMissing = found is null };
    }

    private QueueState Start(TaskEntityContext context)
    {
        var key = context.Id.Key;
        var end = key.IndexOf(Separator, StringComparison.Ordinal);
        var instance = $"deliver-{Guid.NewGuid():N}";
        context.ScheduleNewOrchestration(
            DeliveryOrchestration.Name, new QueueWork(key[..end], key[(end + 1)..]), new StartOrchestrationOptions(instance));
        return new QueueState(instance, HasMore: false, LookedAt: clock.GetUtcNow());
    }
}
