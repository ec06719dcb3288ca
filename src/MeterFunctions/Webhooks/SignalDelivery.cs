using MeterFunctions.Orchestrations;
using MeterFunctions.Storage;
using Metering.Api;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace MeterFunctions.Webhooks;

/// <summary>
/// Takes a license's signals out of its outbox, in order, and gives them to the queues of the webhooks. What was taken is in the entity's
/// state, which commits together with what it sends; only then, in the next run, the rows go.
/// </summary>
public sealed class SignalDelivery(IServiceProvider services)
{
    /// <summary>The entity's name, and that of its function.</summary>
    public const string Name = "SignalDelivery";

    /// <summary>The operation.</summary>
    public const string Deliver = "deliver";

    /// <summary>The entity of a license.</summary>
    public static EntityInstanceId IdOf(string licenseId) => new(Name, TableKeys.Text(licenseId));

    /// <summary>Runs a batch of operations.</summary>
    [Function(Name)]
    public Task RunAsync([EntityTrigger] TaskEntityDispatcher dispatcher, [DurableClient] DurableTaskClient client)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        services.GetRequiredService<DurableClients>().Use(client);
        return dispatcher.DispatchAsync(async operation => await RunAsync(operation));
    }

    internal async ValueTask<object?> RunAsync(TaskEntityOperation operation)
    {
        if (operation.Name != Deliver)
        {
            throw new NotSupportedException($"The entity has no operation {operation.Name}.");
        }

        var outbox = services.GetRequiredService<SignalOutbox>();
        var licenseKey = operation.Context.Id.Key;
        var taken = operation.State.GetState<string>() ?? "";
        var rows = await outbox.ReadAsync(licenseKey, CancellationToken.None);

        // Those up to the one in the state were sent with it.
        var old = rows.Where(row => string.CompareOrdinal(row.RowKey, taken) <= 0).Select(row => row.RowKey).ToList();
        await outbox.RemoveAsync(licenseKey, old, CancellationToken.None);
        var webhooks = await services.GetRequiredService<KnownWebhooks>().ListAsync(CancellationToken.None);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        foreach (var (rowKey, signals) in rows.Skip(old.Count))
        {
            foreach (var delivery in signals.SelectMany(signal => WebhookMessages.Of(signal, webhooks, now)))
            {
                operation.Context.SignalEntity(WebhookQueue.IdOf(delivery), WebhookQueue.Add, delivery);
            }

            taken = rowKey;
        }

        operation.State.SetState(taken);
        if (rows.Count > 0)
        {
            // To remove what was just sent, and to take what came since.
            operation.Context.SignalEntity(operation.Context.Id, Deliver);
        }

        return null;
    }
}
