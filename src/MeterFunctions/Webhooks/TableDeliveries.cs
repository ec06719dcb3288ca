using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Webhooks;

/// <summary>
/// The deliveries of webhooks, and the queues in which they wait: one for each webhook and license. A delivery that waits has a second row,
/// its place in the queue. Both come by one transaction, and the one that ends the delivery takes the place away. So a signal that is taken
/// again, however late, meets its delivery and changes nothing.
/// </summary>
internal sealed class TableDeliveries(MeterTables tables)
{
    private const string Body = "Body";
    private const string DeliveryId = "DeliveryId";
    private const int MaxOldPerStep = 20;

    private readonly RowPages _pages = new(tables);

    /// <summary>Adds a delivery to its queue. One that was added before stays as it is, delivered or not.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="place">Its place among those that wait for the same webhook and license.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StoreUnavailableException">It is not there, whatever the storage says.</exception>
    public async ValueTask AddAsync(Delivery delivery, string place, CancellationToken cancellationToken)
    {
        var row = Row(delivery);
        var waits = new TableEntity(row.PartitionKey, TableKeys.QueueRows(TableKeys.Text(delivery.LicenseId)) + place)
        {
            [DeliveryId] = delivery.Id,
        };
        var added = await TryAsync(
            [new(TableTransactionActionType.Add, row), new(TableTransactionActionType.Add, waits)], cancellationToken)
            .ConfigureAwait(false);

        // Looked at, and not believed: whoever calls takes the signal's row away next, and a signal that is nowhere is lost (rule 11).
        if (!added && await FindAsync(delivery.WebhookId, delivery.Id, cancellationToken).ConfigureAwait(false) is null)
        {
            throw new StoreUnavailableException($"The delivery {delivery.Id} could not be added, and is not there.");
        }
    }

    /// <summary>The delivery that is first in a queue; null when none waits.</summary>
    public async ValueTask<WaitingDelivery?> FirstAsync(QueueWork queue, CancellationToken cancellationToken)
    {
        var (partition, from) = (TableKeys.Text(queue.WebhookId), TableKeys.QueueRows(queue.LicenseKey));
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {TableKeys.After(from)}");
        var places = await tables.QueryAsync(TableKeys.Deliveries, filter, 1, cancellationToken).ConfigureAwait(false);
        if (places.Count == 0)
        {
            return null;
        }

        var row = await FindRowAsync(queue.WebhookId, places[0].GetString(DeliveryId)!, cancellationToken).ConfigureAwait(false);
        return new WaitingDelivery(places[0], row, row is null ? null : Read(row));
    }

    /// <summary>The license of a webhook's next queue in which something waits, as it stands in keys; null when there is none.</summary>
    /// <param name="webhookId">The webhook.</param>
    /// <param name="after">The license of the queue before; null: from the first on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<string?> NextQueueAsync(string webhookId, string? after, CancellationToken cancellationToken)
    {
        var partition = TableKeys.Text(webhookId);
        var from = after is null ? TableKeys.QueuePrefix : TableKeys.After(TableKeys.QueueRows(after));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from}");
        var places = await tables.QueryAsync(TableKeys.Deliveries, filter, 1, cancellationToken).ConfigureAwait(false);
        return places.Count == 0 ? null : TableKeys.LicenseOfQueueRow(places[0].RowKey);
    }

    /// <summary>Keeps what an attempt came to. When the delivery has ended by it, it waits no more.</summary>
    /// <returns>False when it is not as it was read: another run of the same attempt came first, or it is gone.</returns>
    public ValueTask<bool> TryKeepAsync(WaitingDelivery waiting, Delivery attempted, CancellationToken cancellationToken)
    {
        var actions = new List<TableTransactionAction>
        {
            new(TableTransactionActionType.UpdateReplace, Row(attempted), waiting.Row!.ETag),
        };
        if (attempted.Status != DeliveryStatus.Pending)
        {
            actions.Add(new(TableTransactionActionType.Delete, waiting.Place, ETag.All));
        }

        return TryAsync(actions, cancellationToken);
    }

    /// <summary>Takes away the place of a delivery that has ended, or is gone.</summary>
    public ValueTask LeaveAsync(WaitingDelivery waiting, CancellationToken cancellationToken) =>
        tables.DeleteAsync(TableKeys.Deliveries, waiting.Place.PartitionKey, waiting.Place.RowKey, cancellationToken);

    /// <summary>A delivery; null when there is none.</summary>
    public async ValueTask<Delivery?> FindAsync(string webhookId, string deliveryId, CancellationToken cancellationToken) =>
        await FindRowAsync(webhookId, deliveryId, cancellationToken).ConfigureAwait(false) is { } row ? Read(row) : null;

    /// <summary>Deliveries of a webhook, newest first.</summary>
    /// <exception cref="FormatException">The cursor is not one that this list gave.</exception>
    public async ValueTask<Metering.Page<Delivery>> ListAsync(
        string webhookId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var list = "deliveries " + webhookId;
        var rows = await RowsAsync(webhookId, cursor is null ? "" : PageCursor.Read(list, cursor), limit + 1, cancellationToken)
            .ConfigureAwait(false);
        return new Metering.Page<Delivery>(
            [.. rows.Take(limit).Select(Read)], rows.Count > limit ? PageCursor.After(list, rows[limit - 1].RowKey) : null);
    }

    /// <summary>
    /// How many deliveries of a webhook have a place in a queue; where they are more than <paramref name="most"/>, that many.
    /// </summary>
    public ValueTask<int> CountWaitingAsync(string webhookId, int most, CancellationToken cancellationToken)
    {
        var (partition, from) = (TableKeys.Text(webhookId), TableKeys.QueuePrefix);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from}");
        return _pages.CountAsync(TableKeys.Deliveries, filter, most, cancellationToken);
    }

    /// <summary>Forgets some of the deliveries that were made before a time. What waits stays, however old it is.</summary>
    public async ValueTask ForgetAsync(string webhookId, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(webhookId, DeliveryKey.After(before), MaxOldPerStep, cancellationToken).ConfigureAwait(false);
        foreach (var row in rows.Where(row => Read(row).Status != DeliveryStatus.Pending))
        {
            await tables.DeleteAsync(TableKeys.Deliveries, row.PartitionKey, row.RowKey, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Forgets every delivery of a webhook that is gone, and its queues.</summary>
    public async ValueTask ForgetAllAsync(string webhookId, CancellationToken cancellationToken)
    {
        var partition = TableKeys.Text(webhookId);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
        List<TableEntity> rows;
        do
        {
            // In steps, because a webhook may have left any number of them.
            rows = await tables.QueryAsync(TableKeys.Deliveries, filter, MaxOldPerStep, cancellationToken).ConfigureAwait(false);
            await tables.DeleteAllAsync(TableKeys.Deliveries, partition, rows.Select(row => row.RowKey), cancellationToken)
                .ConfigureAwait(false);
        }
        while (rows.Count == MaxOldPerStep);
    }

    private ValueTask<List<TableEntity>> RowsAsync(string webhookId, string after, int most, CancellationToken cancellationToken)
    {
        var (partition, end) = (TableKeys.Text(webhookId), TableKeys.QueuePrefix);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {after} and RowKey lt {end}");
        return tables.QueryAsync(TableKeys.Deliveries, filter, most, cancellationToken);
    }

    private async ValueTask<TableEntity?> FindRowAsync(string webhookId, string deliveryId, CancellationToken cancellationToken) =>
        DeliveryKey.Of(deliveryId) is { } key
            ? await tables.FindAsync(TableKeys.Deliveries, TableKeys.Text(webhookId), key, cancellationToken).ConfigureAwait(false)
            : null;

    // False, too, when it is this transaction's own first try that stands in the way: what it wrote is there then.
    private async ValueTask<bool> TryAsync(IEnumerable<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        var client = await tables.OpenAsync(TableKeys.Deliveries).ConfigureAwait(false);
        try
        {
            await client.SubmitAsync(actions, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException other) when (other.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    private static TableEntity Row(Delivery delivery)
    {
        var key = DeliveryKey.Of(delivery.Id) ?? throw new ArgumentException($"{delivery.Id} is no delivery's id.", nameof(delivery));
        var row = new TableEntity(TableKeys.Text(delivery.WebhookId), key);
        LongText.Set(row, Body, JsonSerializer.Serialize(delivery, MeteringJson.Default.Delivery));
        return row;
    }

    private static Delivery Read(TableEntity row) =>
        JsonSerializer.Deserialize(LongText.Get(row, Body)!, MeteringJson.Default.Delivery)!;
}
