using MeterFunctions.Hosting;
using MeterFunctions.Orchestrations;
using MeterFunctions.Storage;
using Metering;
using Metering.Api;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Webhooks;

/// <summary>
/// Sends what waits in a queue, one delivery after the other, with durable timers between the attempts, until nothing waits; its instance
/// is purged then. Whether a delivery is given up is decided by its row alone, so an attempt that the storage does not let happen costs it
/// nothing but time.
/// </summary>
public sealed class DeliveryOrchestration(IServiceProvider services)
{
    /// <summary>Stored in the task hub, so what is under way is found by it after an update.</summary>
    public const string Name = "DeliverMessages";

    /// <summary>The activity that makes one attempt.</summary>
    public const string SendName = "SendMessage";

    // After so many attempts the orchestration starts anew, so that its history stays short.
    private const int StepsARun = 20;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(10);

    // Asking for a place costs the task hub as much as an attempt, and thousands of licenses may wait for the same receiver.
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);

    /// <summary>Makes attempts until nothing waits.</summary>
    [Function(Name)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, QueueWork queue)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(queue);
        for (var i = 0; i < StepsARun; i++)
        {
            // No ConfigureAwait(false) in an orchestrator: what it awaits must go on in the framework's own context, or its replay breaks.
            var step = await TryAsync(context, queue);
            if (step is { IsEmpty: true })
            {
                await context.Entities.SignalEntityAsync(WebhookQueue.IdOf(queue), WebhookQueue.Ended, context.InstanceId);
                await Steps.PurgeAsync(context);
                return;
            }

            queue = queue with
            {
                Faults = step is null ? queue.Faults + 1 : 0,
                Waits = step is { IsFull: true } ? queue.Waits + 1 : 0,
            };
            var next = step is null ? context.CurrentUtcDateTime + PauseAfter(queue.Faults, MaxPause) : step.NextAttemptAt?.UtcDateTime;
            if (next is { } at)
            {
                // A durable timer: an instance may end in the hours until then.
                await context.CreateTimer(at, CancellationToken.None);
            }
        }

        context.ContinueAsNew(queue);
    }

    /// <summary>Makes one attempt to send what is first in a queue, if the webhook has a place for it.</summary>
    [Function(SendName)]
    public async Task<QueueStep> SendAsync(
        [ActivityTrigger] QueueWork queue, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queue);
        services.GetRequiredService<DurableClients>().Use(client);
        using var place = services.GetRequiredService<DeliveryGate>().TryEnter(queue.WebhookId);
        if (place is not null)
        {
            return await AttemptAsync(queue, cancellationToken);
        }

        AssertClock();
        return QueueStep.Full(Now + PauseAfter(queue.Waits + 1, MaxWait));
    }

    private DateTimeOffset Now => UtcJsonConverter.WholeMilliseconds(services.GetRequiredService<TimeProvider>().GetUtcNow());

    private void AssertClock()
    {
        if (services.GetRequiredService<StorageTime>().Problem is { } problem)
        {
            // Receivers would refuse what is signed with a wrong time, and the next attempt would be planned by it. Another instance may
            // make the attempt, or this one once its clock is right: the rows that it reads each time tell it.
            throw new StoreUnavailableException(problem);
        }
    }

    private async Task<QueueStep> AttemptAsync(QueueWork queue, CancellationToken cancellationToken)
    {
        var webhooks = services.GetRequiredService<TableWebhooks>();
        var deliveries = services.GetRequiredService<TableDeliveries>();
        var options = services.GetRequiredService<IOptions<WebhookOptions>>().Value;
        var now = Now;
        if (await deliveries.FirstAsync(queue, cancellationToken) is not { } waiting)
        {
            return QueueStep.Empty;
        }

        if (waiting.Delivery is not { Status: DeliveryStatus.Pending } delivery)
        {
            await deliveries.LeaveAsync(waiting, cancellationToken);
            return QueueStep.GoOn;
        }

        if (await webhooks.FindAsync(queue.WebhookId, cancellationToken) is not { } webhook)
        {
            return await EndWithoutWebhookAsync(queue, deliveries, cancellationToken);
        }

        AssertClock();
        var attempted = webhook.DisabledReason is { } reason
            ? delivery.GiveUp(reason)
            : await services.GetRequiredService<WebhookSender>().SendAsync(webhook, delivery, cancellationToken);
        var present = webhook;
        if (attempted.Status == DeliveryStatus.Failed && webhook.DisabledReason is null)
        {
            present = await webhooks.ChangeAsync(
                webhook.Id, known => AttemptOutcome.Of(known, webhook, attempted, options.RetryHours, now).Webhook, cancellationToken);
            if (present is null)
            {
                return await EndWithoutWebhookAsync(queue, deliveries, cancellationToken);
            }

            attempted = AttemptOutcome.Of(present, webhook, attempted, options.RetryHours, now).Delivery;
        }

        if (present.DisabledBy == delivery.Id)
        {
            // Told only by the delivery that disabled it, and before that has ended, or a crash in between would leave it untold. When this
            // activity is made again, the same is told again: under the same ids, by which the queues know it.
            foreach (var told in WebhookMessages.Disabled(present, await webhooks.ListAsync(cancellationToken)))
            {
                await webhooks.AddDeliveryAsync(told, cancellationToken);
            }
        }

        if (!await deliveries.TryKeepAsync(waiting, attempted, cancellationToken))
        {
            // This activity runs twice, or an answer was lost after all was kept: how it stands now is in the rows.
            return QueueStep.GoOn;
        }

        if (present.DisabledBy == delivery.Id)
        {
            services.GetRequiredService<ILogger<DeliveryOrchestration>>().WebhookDisabled(present);
        }

        // A few with each attempt, so that no timer has to do it.
        await deliveries.ForgetAsync(webhook.Id, now.AddDays(-options.KeepDays), cancellationToken);
        return new QueueStep(IsEmpty: false, attempted.NextAttemptAt);
    }

    // Null when the attempt could not be made or kept. However long the storage is away, what waits goes on waiting.
    private static async Task<QueueStep?> TryAsync(TaskOrchestrationContext context, QueueWork queue)
    {
        try
        {
            return await context.CallActivityAsync<QueueStep>(SendName, queue);
        }
        catch (TaskFailedException fault)
        {
            context.CreateReplaySafeLogger<DeliveryOrchestration>().AttemptNotMade(fault, queue.WebhookId, queue.LicenseKey);
            return null;
        }
    }

    private static TimeSpan PauseAfter(int times, TimeSpan most)
    {
        var pause = FirstPause * (1 << Math.Min(times - 1, 16));
        return pause < most ? pause : most;
    }

    // Deleted while its deliveries were under way: what they have left behind since goes too.
    private static async Task<QueueStep> EndWithoutWebhookAsync(
        QueueWork queue, TableDeliveries deliveries, CancellationToken cancellationToken)
    {
        await deliveries.ForgetAllAsync(queue.WebhookId, cancellationToken);
        return QueueStep.Empty;
    }
}
