using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Orchestrations;
using MeterFunctions.Storage;
using Metering;
using Microsoft.DurableTask.Client.Entities;

namespace MeterFunctions.Webhooks;

/// <summary>Webhooks in a table. Their deliveries are in <see cref="TableDeliveries"/>, which <see cref="WebhookQueue"/> has sent.</summary>
internal sealed class TableWebhooks(MeterTables tables, TableDeliveries deliveries, DurableClients clients) : IWebhooks
{
    private const string Body = "Body";
    private const string Since = "Since";

    // Instances that add webhooks at the same time may pass the limit for a moment; what is there is listed all the same.
    private const int MaxListed = 2 * Webhook.MaxCount;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await ListWithTimesAsync(cancellationToken).ConfigureAwait(false)).Select(one => one.Webhook)];

    /// <summary>All webhooks, oldest first, each with the time since when it is there, by the storage's clock.</summary>
    public async ValueTask<IReadOnlyList<(Webhook Webhook, DateTimeOffset Since)>> ListWithTimesAsync(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.WebhookPartition}");
        var rows = await tables.QueryAsync(TableKeys.Webhooks, filter, MaxListed, cancellationToken).ConfigureAwait(false);
        return
        [
            .. rows.Select(row => (Webhook: ReadWebhook(row), Since: ReadSince(row)))
                .OrderBy(one => one.Webhook.CreatedAt).ThenBy(one => one.Webhook.Id, StringComparer.Ordinal),
        ];
    }

    /// <inheritdoc/>
    public async ValueTask<Webhook?> FindAsync(string id, CancellationToken cancellationToken) =>
        await tables.FindAsync(TableKeys.Webhooks, TableKeys.WebhookPartition, TableKeys.Text(id), cancellationToken)
            .ConfigureAwait(false) is { } row
            ? ReadWebhook(row)
            : null;

    /// <inheritdoc/>
    public async ValueTask<Webhook?> AddAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        if (!await tables.TryAddAsync(TableKeys.Webhooks, Row(webhook, null), cancellationToken).ConfigureAwait(false))
        {
            return await FindAsync(webhook.Id, cancellationToken).ConfigureAwait(false);
        }

        // Counted with this one in it: of two that come together at the limit, both may be refused, but neither is too many.
        if ((await ListAsync(cancellationToken).ConfigureAwait(false)).Count > Webhook.MaxCount)
        {
            await tables.DeleteAsync(TableKeys.Webhooks, TableKeys.WebhookPartition, TableKeys.Text(webhook.Id), cancellationToken)
                .ConfigureAwait(false);
            return null;
        }

        return webhook;
    }

    /// <inheritdoc/>
    public ValueTask<Webhook?> ChangeAsync(string id, Func<Webhook, Webhook> change, CancellationToken cancellationToken) =>
        LostRace.RepeatAsync<Webhook?>(
            $"The webhook {id}",
            async () =>
            {
                var row = await tables.FindAsync(TableKeys.Webhooks, TableKeys.WebhookPartition, TableKeys.Text(id), cancellationToken)
                    .ConfigureAwait(false);
                if (row is null)
                {
                    return (true, null);
                }

                var before = ReadWebhook(row);
                var after = change(before);
                if (ReferenceEquals(before, after))
                {
                    return (true, before);
                }

                var won = await tables.TryReplaceAsync(TableKeys.Webhooks, Row(after, ReadSince(row)), row, cancellationToken)
                    .ConfigureAwait(false);
                return (won, after);
            },
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(string id, CancellationToken cancellationToken)
    {
        await tables.DeleteAsync(TableKeys.Webhooks, TableKeys.WebhookPartition, TableKeys.Text(id), cancellationToken)
            .ConfigureAwait(false);

        // What is under way finds the webhook gone, and ends.
        await deliveries.ForgetAllAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask AddDeliveryAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        // The rows first: who asked for the delivery finds it listed at once, and whoever announces the next one announces this too.
        await deliveries.AddAsync(delivery, DeliveryKey.PlaceOf(delivery), cancellationToken).ConfigureAwait(false);
        var client = await clients.GetAsync(cancellationToken).ConfigureAwait(false);
        await client.Entities.SignalEntityAsync(
            WebhookQueue.IdOf(delivery), WebhookQueue.Next, input: null, options: null, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<Delivery?> FindDeliveryAsync(string webhookId, string deliveryId, CancellationToken cancellationToken) =>
        deliveries.FindAsync(webhookId, deliveryId, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Page<Delivery>> DeliveriesAsync(string webhookId, string? cursor, int limit, CancellationToken cancellationToken) =>
        deliveries.ListAsync(webhookId, cursor, limit, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> CountWaitingAsync(string webhookId, int most, CancellationToken cancellationToken) =>
        deliveries.CountWaitingAsync(webhookId, most, cancellationToken);

    // The row of a change says since when the webhook is there: the storage stamps a row anew with each change.
    private static TableEntity Row(Webhook webhook, DateTimeOffset? since)
    {
        var row = new TableEntity(TableKeys.WebhookPartition, TableKeys.Text(webhook.Id));
        if (since is { } at)
        {
            row[Since] = at;
        }

        LongText.Set(row, Body, JsonSerializer.Serialize(webhook, MeteringJson.Default.Webhook));
        return row;
    }

    private static Webhook ReadWebhook(TableEntity row) =>
        JsonSerializer.Deserialize(LongText.Get(row, Body)!, MeteringJson.Default.Webhook)!;

    private static DateTimeOffset ReadSince(TableEntity row) => row.GetDateTimeOffset(Since) ?? row.Timestamp!.Value;
}
