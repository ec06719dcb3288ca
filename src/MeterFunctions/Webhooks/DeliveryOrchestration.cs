using MeterFunctions.Entities;
using MeterFunctions.Orchestrations;
using Metering;
using Metering.Api;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Webhooks;

/// <summary>Sends one delivery until it has ended, with durable timers between the attempts; its instance is purged then.</summary>
public sealed class DeliveryOrchestration(IServiceProvider services)
{
    /// <summary>Stored in the task hub, so a delivery under way is found by it after an update.</summary>
    public const string Name = "DeliverMessage";

    /// <summary>The activity that makes one attempt.</summary>
    public const string SendName = "SendMessage";

    /// <summary>Makes attempts until the delivery has ended.</summary>
    [Function(Name)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(delivery);
        var queue = WebhookQueue.IdOf(delivery);
        try
        {
            // No ConfigureAwait(false) in an orchestrator: what it awaits must go on in the framework's own context, or its replay breaks.
            while (delivery.Status == DeliveryStatus.Pending)
            {
                delivery = await context.CallActivityAsync<Delivery>(SendName, delivery, Steps.Retries);
                if (delivery.NextAttemptAt is { } next)
                {
                    // A durable timer: an instance may end in the hours until then.
                    await context.CreateTimer(next.UtcDateTime, CancellationToken.None);
                }
            }
        }
        finally
        {
            // Also when an activity has failed for good: the license's next deliveries must not wait for ever.
            await context.Entities.SignalEntityAsync(queue, WebhookQueue.Ended, context.InstanceId);
            await Steps.PurgeAsync(context);
        }
    }

    /// <summary>Makes one attempt.</summary>
    [Function(SendName)]
    public async Task<Delivery> SendAsync(
        [ActivityTrigger] Delivery delivery, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        services.GetRequiredService<DurableClients>().Use(client);
        return await SendAsync(
            delivery,
            services.GetRequiredService<TableWebhooks>(),
            services.GetRequiredService<WebhookSender>(),
            services.GetRequiredService<IOptions<WebhookOptions>>().Value,
            services.GetRequiredService<TimeProvider>(),
            cancellationToken);
    }

    internal static async Task<Delivery> SendAsync(
        Delivery delivery, TableWebhooks webhooks, WebhookSender sender, WebhookOptions options, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var webhook = await webhooks.FindAsync(delivery.WebhookId, cancellationToken);
        if (webhook is null)
        {
            return await EndWithoutWebhookAsync(delivery, webhooks, cancellationToken);
        }

        var now = UtcJsonConverter.WholeMilliseconds(time.GetUtcNow());
        var attempted = webhook.DisabledReason is { } reason
            ? delivery.GiveUp(reason)
            : await sender.SendAsync(webhook, delivery, cancellationToken);
        var present = webhook;
        if (attempted.Status == DeliveryStatus.Failed && webhook.DisabledReason is null)
        {
            present = await webhooks.ChangeAsync(
                webhook.Id, known => AttemptOutcome.Of(known, webhook, attempted, options.RetryHours, now).Webhook, cancellationToken);
            if (present is null)
            {
                return await EndWithoutWebhookAsync(delivery, webhooks, cancellationToken);
            }

            attempted = AttemptOutcome.Of(present, webhook, attempted, options.RetryHours, now).Delivery;
        }

        await webhooks.KeepAsync(attempted, cancellationToken);
        if (present.DisabledBy == delivery.Id)
        {
            // Told only by the delivery that disabled it. When this activity is made again, because its end was lost, the same is told
            // again: under the same ids, by which queues and receivers know it.
            foreach (var told in WebhookMessages.Disabled(present, await webhooks.ListAsync(cancellationToken)))
            {
                await webhooks.AddDeliveryAsync(told, cancellationToken);
            }
        }

        // A few with each attempt, so that no timer has to do it.
        await webhooks.ForgetAsync(webhook.Id, now.AddDays(-options.KeepDays), cancellationToken);
        return attempted;
    }

    // Deleted while its deliveries were under way: what they have left behind since goes too.
    private static async Task<Delivery> EndWithoutWebhookAsync(
        Delivery delivery, TableWebhooks webhooks, CancellationToken cancellationToken)
    {
        await webhooks.ForgetAllAsync(delivery.WebhookId, cancellationToken);
        return delivery.GiveUp("The webhook was deleted.");
    }
}
