using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Metering.Server.Storage;

namespace Metering.Server.Webhooks;

/// <summary>The rows of webhooks, within a transaction.</summary>
internal static class WebhookRows
{
    /// <summary>All webhooks, oldest first.</summary>
    internal static IReadOnlyList<Webhook> List(Database database) =>
    [
        // Sorted here, without an index: there are few of them, Webhook.MaxCount at most.
        .. Read(database["SELECT body FROM webhook"], MeteringJson.Default.Webhook)
            .OrderBy(webhook => webhook.CreatedAt).ThenBy(webhook => webhook.Id, StringComparer.Ordinal),
    ];

    /// <summary>A webhook; null when there is none.</summary>
    internal static Webhook? Find(Database database, string id) =>
        Read(database["SELECT body FROM webhook WHERE id = ?"].Bind(1, id), MeteringJson.Default.Webhook).SingleOrDefault();

    /// <summary>Adds or replaces a webhook.</summary>
    internal static void Put(Database database, Webhook webhook) =>
        database["INSERT INTO webhook (id, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body"]
            .Bind(1, webhook.Id)
            .Bind(2, JsonSerializer.SerializeToUtf8Bytes(webhook, MeteringJson.Default.Webhook))
            .Run();

    /// <summary>Takes a webhook away, with its deliveries.</summary>
    internal static void Remove(Database database, string id)
    {
        database["DELETE FROM webhook WHERE id = ?"].Bind(1, id).Run();
        database["DELETE FROM delivery WHERE webhook = ?"].Bind(1, id).Run();
    }

    /// <summary>What a statement finds, each row a JSON text in its first column.</summary>
    internal static List<T> Read<T>(Statement statement, JsonTypeInfo<T> type)
    {
        var rows = new List<T>();
        while (statement.Next())
        {
            rows.Add(
                JsonSerializer.Deserialize(statement.Bytes(0), type) ?? throw new InvalidDataException("The store holds an empty row."));
        }

        return rows;
    }
}
