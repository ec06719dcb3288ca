using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Orchestrations;
using MeterFunctions.Storage;
using Metering;
using Microsoft.DurableTask.Client.Entities;

namespace MeterFunctions.Webhooks;

/// <summary>Webhooks and their deliveries in tables. What waits to be sent is in <see cref="WebhookQueue"/>.</summary>
internal sealed class TableWebhooks(MeterTables tables, DurableClients clients) : IWebhooks
{
    private const string List = "deliveries";
    private const string Body = "Body";
    private const int MaxOldPerStep = 20;

    // Instances that add webhooks at the same time may pass the limit for a moment; what is there is listed all the same.
    private const int MaxListed = 2 * Webhook.MaxCount;

    private int _revision;

    /// <summary>Rises with each change that this instance makes.</summary>
    public int Revision => Volatile.Read(ref _revision);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.WebhookPartition}");
        var rows = await tables.QueryAsync(TableKeys.Webhooks, filter, MaxListed, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(ReadWebhook).OrderBy(webhook => webhook.CreatedAt).ThenBy(webhook => webhook.Id, StringComparer.Ordinal)];
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
        if (!await tables.TryAddAsync(TableKeys.Webhooks, Row(webhook), cancellationToken).ConfigureAwait(false))
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

        Interlocked.Increment(ref _revision);
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

                var won = await tables.TryReplaceAsync(TableKeys.Webhooks, Row(after), row, cancellationToken).ConfigureAwait(false);
                if (won)
                {
                    Interlocked.Increment(ref _revision);
                }

                return (won, after);
            },
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(string id, CancellationToken cancellationToken)
    {
        await tables.DeleteAsync(TableKeys.Webhooks, TableKeys.WebhookPartition, TableKeys.Text(id), cancellationToken)
            .ConfigureAwait(false);
        Interlocked.Increment(ref _revision);

        // Queues find the webhook gone and give up what waits in them.
        await ForgetAllAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask AddDeliveryAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        // The row first: who asked for the delivery finds it listed at once.
        await KeepAsync(delivery, cancellationToken).ConfigureAwait(false);
        var client = await clients.GetAsync(cancellationToken).ConfigureAwait(false);
        await client.Entities.SignalEntityAsync(
            WebhookQueue.IdOf(delivery), WebhookQueue.Add, delivery, options: null, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<Delivery?> FindDeliveryAsync(string webhookId, string deliveryId, CancellationToken cancellationToken) =>
        DeliveryKey.Of(deliveryId) is { } key
        && await tables.FindAsync(TableKeys.Deliveries, TableKeys.Text(webhookId), key, cancellationToken).ConfigureAwait(false) is { } row
            ? ReadDelivery(row)
            : null;

    /// <inheritdoc/>
    public async ValueTask<Page<Delivery>> DeliveriesAsync(string webhookId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = cursor is null ? "" : PageCursor.Read(List, cursor);
        var rows = await tables.QueryAsync(
            TableKeys.Deliveries,
            TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.Text(webhookId)} and RowKey gt {after}"),
            limit + 1,
            cancellationToken).ConfigureAwait(false);
        return new Page<Delivery>(
            [.. rows.Take(limit).Select(ReadDelivery)], rows.Count > limit ? PageCursor.After(List, rows[limit - 1].RowKey) : null);
    }

    /// <summary>Keeps how a delivery stands.</summary>
    public ValueTask KeepAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var key = DeliveryKey.Of(delivery.Id) ?? throw new ArgumentException($"{delivery.Id} is no delivery's id.", nameof(delivery));
        var row = new TableEntity(TableKeys.Text(delivery.WebhookId), key);
        LongText.Set(row, Body, JsonSerializer.Serialize(delivery, MeteringJson.Default.Delivery));
        return tables.PutAsync(TableKeys.Deliveries, row, cancellationToken);
    }

    /// <summary>Forgets some of the deliveries that were made before a time; true when there may be more of them.</summary>
    public ValueTask<bool> ForgetAsync(string webhookId, DateTimeOffset before, CancellationToken cancellationToken) =>
        ForgetAsync(webhookId, DeliveryKey.After(before), cancellationToken);

    /// <summary>Forgets every delivery of a webhook that is gone.</summary>
    public async ValueTask ForgetAllAsync(string webhookId, CancellationToken cancellationToken)
    {
        // In steps, because a webhook may have left any number of them.
        while (await ForgetAsync(webhookId, "", cancellationToken).ConfigureAwait(false))
        {
        }
    }

    private async ValueTask<bool> ForgetAsync(string webhookId, string from, CancellationToken cancellationToken)
    {
        var partition = TableKeys.Text(webhookId);
        var rows = await tables.QueryAsync(
            TableKeys.Deliveries,
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {from}"),
            MaxOldPerStep,
            cancellationToken).ConfigureAwait(false);
        foreach (var row in rows)
        {
            await tables.DeleteAsync(TableKeys.Deliveries, partition, row.RowKey, cancellationToken).ConfigureAwait(false);
        }

        return rows.Count == MaxOldPerStep;
    }

    private static TableEntity Row(Webhook webhook)
    {
        var row = new TableEntity(TableKeys.WebhookPartition, TableKeys.Text(webhook.Id));
        LongText.Set(row, Body, JsonSerializer.Serialize(webhook, MeteringJson.Default.Webhook));
        return row;
    }

    private static Webhook ReadWebhook(TableEntity row) =>
        JsonSerializer.Deserialize(LongText.Get(row, Body)!, MeteringJson.Default.Webhook)!;

    private static Delivery ReadDelivery(TableEntity row) =>
        JsonSerializer.Deserialize(LongText.Get(row, Body)!, MeteringJson.Default.Delivery)!;
}

/// <summary>
/// The row key of a delivery: its id, which begins with its time (UUID version 7), with that time counted backwards. So a webhook's
/// newest deliveries come first, and one is found by its id alone.
/// </summary>
internal static class DeliveryKey
{
    private const string Prefix = "dlv_";
    private const int TimeDigits = 12;
    private const long LastTime = 0xFFFFFFFFFFFF;

    /// <summary>The key of an id; null when it is no delivery's.</summary>
    public static string? Of(string deliveryId)
    {
        if (deliveryId.Length != Prefix.Length + 32 || !deliveryId.StartsWith(Prefix, StringComparison.Ordinal)
            || !deliveryId.Skip(Prefix.Length).All(char.IsAsciiHexDigitLower)
            || !long.TryParse(deliveryId.AsSpan(Prefix.Length, TimeDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
            out var time))
        {
            return null;
        }

        return Backwards(time) + deliveryId[(Prefix.Length + TimeDigits)..];
    }

    /// <summary>The key below which lie the deliveries that were made at a time or later.</summary>
    // ~ comes after every hex digit: what was made in this very millisecond lies below, and stays.
    public static string After(DateTimeOffset time) => Backwards(time.ToUnixTimeMilliseconds()) + "~";

    private static string Backwards(long time) => (LastTime - time).ToString("x12", CultureInfo.InvariantCulture);
}
