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

    /// <summary>The place in the outbox after which a webhook's signals begin: what was there before it is not for it.</summary>
    internal static Dictionary<string, long> Since(Database database)
    {
        var since = new Dictionary<string, long>(StringComparer.Ordinal);
        var statement = database["SELECT id, since FROM webhook"];
        while (statement.Next())
        {
            since.Add(statement.Text(0), statement.Integer(1));
        }

        return since;
    }

    /// <summary>Adds a webhook, which gets what comes after a place in the outbox.</summary>
    /// <param name="database">The file.</param>
    /// <param name="webhook">The webhook.</param>
    /// <param name="since">The place in the outbox after which its signals begin.</param>
    internal static void Add(Database database, Webhook webhook, long since) =>
        database["INSERT INTO webhook (id, since, body) VALUES (?, ?, ?)"]
            .Bind(1, webhook.Id).Bind(2, since).Bind(3, Json(webhook)).Run();

    /// <summary>Replaces a webhook, if it is there.</summary>
    internal static void Put(Database database, Webhook webhook) =>
        database["UPDATE webhook SET body = ? WHERE id = ?"].Bind(1, Json(webhook)).Bind(2, webhook.Id).Run();

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

    private static byte[] Json(Webhook webhook) => JsonSerializer.SerializeToUtf8Bytes(webhook, MeteringJson.Default.Webhook);
}
