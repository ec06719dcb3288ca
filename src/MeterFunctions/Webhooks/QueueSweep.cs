using MeterFunctions.Hosting;
using MeterFunctions.Orchestrations;
using Metering;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Webhooks;

/// <summary>
/// Looks without end for deliveries that should have gone out, and tells their queues that something waits. A queue whose orchestration is
/// no more, or whose entity was lost, would otherwise stand until the license's next signal. There is one in a task hub.
/// </summary>
public sealed class QueueSweep(IServiceProvider services)
{
    /// <summary>Stored in the task hub, so the sweep is found by it after an update.</summary>
    public const string Name = "SweepQueues";

    /// <summary>The activity that looks at some queues.</summary>
    public const string StepName = "SweepWaiting";

    /// <summary>The one instance.</summary>
    public const string InstanceId = "sweep-queues";

    /// <summary>How long it rests when it has been through all of them, and when a step has failed.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(15);

    /// <summary>So long after its time a delivery is late: longer than one waits for a place, or for a storage that was away.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    // Two reads each, one after the other, so a step takes some seconds.
    private const int QueuesAStep = 200;

    /// <summary>Looks at some queues, or rests, and starts anew, so that its history stays short.</summary>
    [Function(Name)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, QueuePlace place)
    {
        ArgumentNullException.ThrowIfNull(context);
        var again = QueuePlace.Start;
        QueuePlace? next;
        try
        {
            // As in every orchestrator, without ConfigureAwait(false): see DeliveryOrchestration.
            next = await context.CallActivityAsync<QueuePlace?>(StepName, place);
        }
        catch (TaskFailedException fault)
        {
            // The place is kept: with many queues, a fault now and then would never let it come to the last ones.
            context.CreateReplaySafeLogger<QueueSweep>().QueueSweepFailed(fault);
            (next, again) = (null, place);
        }

        if (next is null)
        {
            await context.CreateTimer(context.CurrentUtcDateTime + Rest, CancellationToken.None);
        }

        context.ContinueAsNew(next ?? again);
    }

    /// <summary>Looks at some queues.</summary>
    /// <returns>How far it has come; null at the end.</returns>
    [Function(StepName)]
    public async Task<QueuePlace?> SweepAsync(
        [ActivityTrigger] QueuePlace place, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(client);
        services.GetRequiredService<DurableClients>().Use(client);
        var deliveries = services.GetRequiredService<TableDeliveries>();
        var webhooks = await services.GetRequiredService<TableWebhooks>().ListAsync(cancellationToken);
        var looked = 0;
        foreach (var id in webhooks.Select(webhook => webhook.Id).Order(StringComparer.Ordinal)
            .SkipWhile(id => string.CompareOrdinal(id, place.WebhookId) < 0))
        {
            var from = id == place.WebhookId ? place.LicenseKey : null;
            while (await deliveries.NextQueueAsync(id, from, cancellationToken) is { } license)
            {
                var queue = new QueueWork(id, license);
                if (await deliveries.FirstAsync(queue, cancellationToken) is { } waiting && IsLate(waiting.Delivery))
                {
                    await client.Entities.SignalEntityAsync(
                        WebhookQueue.IdOf(queue), WebhookQueue.Next, input: null, options: null, cancellationToken);
                }

                from = license;
                if (++looked == QueuesAStep)
                {
                    return new QueuePlace(id, from);
                }
            }
        }

        return null;
    }

    // A place without a delivery that waits is for the queue to clear.
    private bool IsLate(Delivery? delivery) => delivery is not { Status: DeliveryStatus.Pending }
        || (delivery.NextAttemptAt ?? delivery.CreatedAt) + Late <= services.GetRequiredService<TimeProvider>().GetUtcNow();
}
