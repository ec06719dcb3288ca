using MeterFunctions.Hosting;
using MeterFunctions.Orchestrations;
using MeterFunctions.Storage;
using Metering;
using Metering.Api;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Webhooks;

/// <summary>
/// Takes a license's signals out of its outbox, in order, and makes deliveries of them in the queues of the webhooks. What was taken is in
/// the entity's state, which commits together with the word to the queues; only then, in the next run, the rows go.
/// </summary>
public sealed class SignalDelivery(IServiceProvider services)
{
    /// <summary>The entity's name, and that of its function.</summary>
    public const string Name = "SignalDelivery";

    /// <summary>The operation.</summary>
    public const string Deliver = "deliver";

    // A webhook is made in one partition of the storage, and a signal committed in another: their servers' clocks need not agree to the
    // millisecond, and who makes a webhook and then uses a license must get the signal.
    private static readonly TimeSpan StampSlack = TimeSpan.FromSeconds(1);

    /// <summary>The entity of a license.</summary>
    public static EntityInstanceId IdOf(string licenseId) => OfKey(TableKeys.Text(licenseId));

    /// <summary>The entity of a license, by the key under which its rows lie.</summary>
    public static EntityInstanceId OfKey(string licenseKey) => new(Name, licenseKey);

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

        try
        {
            await TakeAsync(operation);
        }
#pragma warning disable CA1031 // Thrown, it would be lost with the message. The rows stay, and the intent, by which the sweep finds them.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            services.GetRequiredService<ILogger<SignalDelivery>>().SignalsNotTaken(fault, operation.Context.Id.Key);
        }

        return null;
    }

    private async Task TakeAsync(TaskEntityOperation operation)
    {
        var outbox = services.GetRequiredService<SignalOutbox>();
        var licenseKey = operation.Context.Id.Key;
        var rows = await outbox.ReadAsync(licenseKey, CancellationToken.None);

        // Those up to the one in the state were made deliveries, and the queues know of them.
        var taken = operation.State.GetState<string>() ?? "";
        var old = rows.Where(row => string.CompareOrdinal(row.RowKey, taken) <= 0).Select(row => row.RowKey).ToList();
        await outbox.RemoveAsync(licenseKey, old, CancellationToken.None);
        if (old.Count == rows.Count && rows.Count < SignalOutbox.MaxRead)
        {
            // No state without need: an entity without one costs nothing, and knows no numbers of a license that is restored.
            operation.State.SetState(null);
            return;
        }

        var queues = await AddAsync(rows.Skip(old.Count), CancellationToken.None);
        operation.State.SetState(rows[^1].RowKey);
        foreach (var queue in queues)
        {
            operation.Context.SignalEntity(queue, WebhookQueue.Next);
        }

        // To remove what was just taken, and to take what came since.
        operation.Context.SignalEntity(operation.Context.Id, Deliver);
    }

    // The queues that have got something, or may have got it in a run before that ended in a crash.
    private async Task<HashSet<EntityInstanceId>> AddAsync(IEnumerable<OutboxRow> rows, CancellationToken cancellationToken)
    {
        var deliveries = services.GetRequiredService<TableDeliveries>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();

        // Read after the rows, or a webhook that is older than they are might not be among them.
        var webhooks = await services.GetRequiredService<TableWebhooks>().ListWithTimesAsync(cancellationToken);
        var queues = new HashSet<EntityInstanceId>();
        foreach (var row in rows)
        {
            var there = webhooks.Where(one => one.Since <= row.CommittedAt + StampSlack).Select(one => one.Webhook).ToList();
            foreach (var signal in row.Signals)
            {
                foreach (var delivery in WebhookMessages.Of(signal, there, now))
                {
                    await deliveries.AddAsync(delivery, DeliveryKey.PlaceOf(signal), cancellationToken);
                    queues.Add(WebhookQueue.IdOf(delivery));
                }
            }
        }

        return queues;
    }
}
