using System.Text.Json;
using Metering.Api;
using Metering.Server.Storage;

namespace Metering.Server.Webhooks;

/// <summary>
/// Webhooks and their deliveries, in a file of their own, so that however many receivers are slow or dead, no consume waits for them.
/// </summary>
/// <remarks>
/// Deliveries of one license to one webhook go out one after the other. Only the first that is pending has a time at which it is due
/// (<c>next_at</c>); the next one gets one when that has ended. So finding what is due is one look into an index, whatever waits behind.
/// </remarks>
internal sealed class WebhookStore : IWebhooks, IDisposable
{
    /// <summary>Most deliveries that may wait for one webhook; one that is further behind is disabled.</summary>
    internal const int MaxPending = 100_000;

    private const int CacheKib = 4 * 1024;
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(10);
    private const string DeliveryList = "deliveries";
    private const string OutboxPosition = "outbox_position";

    private static readonly string[] Tables =
    [
        "CREATE TABLE IF NOT EXISTS webhook (id TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE IF NOT EXISTS delivery (
            position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, webhook TEXT NOT NULL, license TEXT NOT NULL,
            pending INTEGER NOT NULL, next_at INTEGER, created_at INTEGER NOT NULL, body BLOB NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS delivery_due ON delivery (webhook, next_at) WHERE next_at IS NOT NULL",
        "CREATE INDEX IF NOT EXISTS delivery_queue ON delivery (webhook, license, position) WHERE pending = 1",
        "CREATE INDEX IF NOT EXISTS delivery_of ON delivery (webhook, position)",
        "CREATE INDEX IF NOT EXISTS delivery_ended ON delivery (created_at) WHERE pending = 0",
        "CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ];

    private readonly Lock _gate = new();
    private readonly Database _database;
    private readonly Func<long>? _generation;

    /// <summary>Opens the file, which is made when it is missing.</summary>
    /// <param name="file">The file.</param>
    /// <param name="generation">The generation of <c>meter.db</c> that it goes along with; null where there is none.</param>
    internal WebhookStore(string file, Func<long>? generation = null)
    {
        _generation = generation;
        _database = OpenFile(file, LockWait);
    }

    /// <summary>Opens a file of webhooks, which is made when it is missing.</summary>
    /// <exception cref="DataDirectoryException">It was written by another version.</exception>
    internal static Database OpenFile(string file, TimeSpan lockWait)
    {
        var database = Database.OpenWriter(file, CacheKib, lockWait);
        try
        {
            FileForm.Ensure(database, file, Tables);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Says that there may be something to send.</summary>
    internal event Action? Added;

    public ValueTask<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken) => ValueTask.FromResult(InTransaction(List));

    public ValueTask<Webhook?> FindAsync(string id, CancellationToken cancellationToken) =>
        ValueTask.FromResult(InTransaction(database => Find(database, id)));

    public ValueTask<Webhook?> AddAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        var kept = InTransaction(database =>
        {
            if (Find(database, webhook.Id) is { } known)
            {
                return known;
            }

            if (List(database).Count >= Webhook.MaxCount)
            {
                return null;
            }

            Put(database, webhook);
            return webhook;
        });
        Added?.Invoke();
        return ValueTask.FromResult(kept);
    }

    public ValueTask<Webhook?> ChangeAsync(string id, Func<Webhook, Webhook> change, CancellationToken cancellationToken)
    {
        var changed = InTransaction(database =>
        {
            if (Find(database, id) is not { } before)
            {
                return null;
            }

            var after = change(before);
            if (!ReferenceEquals(before, after))
            {
                Put(database, after);
            }

            return after;
        });
        Added?.Invoke();
        return ValueTask.FromResult(changed);
    }

    public ValueTask RemoveAsync(string id, CancellationToken cancellationToken)
    {
        InTransaction(database =>
        {
            database["DELETE FROM webhook WHERE id = ?"].Bind(1, id).Run();
            database["DELETE FROM delivery WHERE webhook = ?"].Bind(1, id).Run();
            return true;
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask AddDeliveryAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        InTransaction(database =>
        {
            Add(database, delivery);
            return true;
        });
        Added?.Invoke();
        return ValueTask.CompletedTask;
    }

    public ValueTask<Delivery?> FindDeliveryAsync(string webhookId, string deliveryId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(InTransaction(database => Rows(
            database["SELECT body FROM delivery WHERE id = ? AND webhook = ?"].Bind(1, deliveryId).Bind(2, webhookId),
            MeteringJson.Default.Delivery).SingleOrDefault()));

    public ValueTask<Page<Delivery>> DeliveriesAsync(string webhookId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var before = cursor is null ? long.MaxValue : PageCursor.ReadNumber(DeliveryList, cursor);
        return ValueTask.FromResult(InTransaction(database =>
        {
            var items = new List<Delivery>();
            var last = 0L;
            var statement = database["SELECT position, body FROM delivery WHERE webhook = ? AND position < ? ORDER BY position DESC LIMIT ?"]
                .Bind(1, webhookId).Bind(2, before).Bind(3, limit + 1L);
            var more = false;
            while (statement.Next())
            {
                more = items.Count == limit;
                if (!more)
                {
                    last = statement.Integer(0);
                    items.Add(JsonSerializer.Deserialize(statement.Bytes(1), MeteringJson.Default.Delivery)!);
                }
            }

            return new Page<Delivery>(items, more ? PageCursor.After(DeliveryList, last) : null);
        }));
    }

    /// <summary>Up to where the outbox has been made into deliveries.</summary>
    internal long ReadOutboxPosition() => InTransaction(database =>
    {
        var statement = database["SELECT value FROM setting WHERE name = ?"].Bind(1, OutboxPosition);
        if (!statement.Next())
        {
            return 0;
        }

        var position = statement.Integer(0);
        statement.Reset();
        return position;
    });

    /// <summary>Makes deliveries of signals and keeps up to where the outbox is done with, in one transaction: each signal is delivered for once.</summary>
    /// <param name="make">The deliveries, for the webhooks that there are.</param>
    /// <param name="position">Where the outbox is done with.</param>
    internal void AddFromOutbox(Func<IReadOnlyList<Webhook>, IEnumerable<Delivery>> make, long position) => InTransaction(database =>
    {
        foreach (var delivery in make(List(database)))
        {
            Add(database, delivery);
        }

        database["INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"]
            .Bind(1, OutboxPosition).Bind(2, position).Run();
        if (_generation is not null)
        {
            Marks.Write(database, Marks.Generation, _generation());
        }

        return true;
    });

    /// <summary>
    /// A delivery that is due still, with its webhook as it is now; null when it has ended, its time has not come, or nothing is delivered to the
    /// webhook any more. Whoever looked for what is due asks for this before each attempt: what was due a moment ago may have ended since.
    /// </summary>
    internal (Webhook Webhook, Delivery Delivery)? FindDue(string deliveryId, DateTimeOffset now) => InTransaction<(Webhook, Delivery)?>(database =>
    {
        var delivery = Rows(
            database["SELECT body FROM delivery WHERE id = ? AND next_at <= ?"].Bind(1, deliveryId).Bind(2, now.ToUnixTimeMilliseconds()),
            MeteringJson.Default.Delivery).SingleOrDefault();
        return delivery is not null && Find(database, delivery.WebhookId) is { DisabledReason: null } webhook ? (webhook, delivery) : null;
    });

    /// <summary>Deliveries of a webhook that are due, the longest due first.</summary>
    internal IReadOnlyList<Delivery> Due(string webhookId, DateTimeOffset now, int limit) => InTransaction(database => Rows(
        database["SELECT body FROM delivery WHERE webhook = ? AND next_at <= ? ORDER BY next_at, position LIMIT ?"]
            .Bind(1, webhookId).Bind(2, now.ToUnixTimeMilliseconds()).Bind(3, limit),
        MeteringJson.Default.Delivery).ToList());

    /// <summary>How many deliveries wait for a webhook.</summary>
    internal long Pending(string webhookId) => InTransaction(database =>
    {
        var statement = database["SELECT COUNT(*) FROM delivery WHERE webhook = ? AND pending = 1"].Bind(1, webhookId);
        statement.Next();
        var count = statement.Integer(0);
        statement.Reset();
        return count;
    });

    /// <summary>
    /// Keeps what came of an attempt. When the delivery has ended, the license's next one is due; when it was given up, its webhook is disabled
    /// in the same transaction, so that nothing more is sent to it and the others are told once.
    /// </summary>
    /// <param name="attempted">The delivery after the attempt.</param>
    /// <param name="tried">The webhook that it was tried with.</param>
    /// <param name="retryHours">For how long deliveries are tried.</param>
    /// <param name="now">Now, UTC.</param>
    /// <returns>The webhook, if this disabled it; else null.</returns>
    internal Webhook? Keep(Delivery attempted, Webhook tried, int retryHours, DateTimeOffset now) => InTransaction(database =>
    {
        var present = Find(database, tried.Id);
        if (present is not null && attempted.Status == DeliveryStatus.Failed)
        {
            attempted = GivenUp.Settle(present, tried, attempted, now);
        }
        else if (present?.DisabledReason is { } reason && attempted.Status == DeliveryStatus.Pending)
        {
            // What waited for the webhook was given up when it was disabled; this was under way then.
            attempted = attempted with { Status = DeliveryStatus.Failed, NextAttemptAt = null, LastError = attempted.LastError ?? reason };
        }

        Keep(database, attempted, now);
        if (attempted.Status != DeliveryStatus.Failed || present is null)
        {
            return null;
        }

        var disabled = GivenUp.Settle(present, tried, attempted, retryHours, now);
        if (ReferenceEquals(disabled, present))
        {
            return null;
        }

        Disable(database, disabled);
        return disabled;
    });

    /// <summary>Disables a webhook for a reason that is no delivery's; false when it is disabled already or gone.</summary>
    internal bool Disable(string id, string reason, DateTimeOffset now) => InTransaction(database =>
    {
        if (Find(database, id) is not { DisabledReason: null } present)
        {
            return false;
        }

        Disable(database, present.Disable(reason, now));
        return true;
    });

    /// <summary>Forgets deliveries that ended long ago; true when there may be more of them.</summary>
    internal bool Forget(DateTimeOffset before, int limit) => InTransaction(database =>
    {
        var statement = database[
            "DELETE FROM delivery WHERE position IN (SELECT position FROM delivery WHERE pending = 0 AND created_at < ? LIMIT ?) RETURNING 1"]
            .Bind(1, before.ToUnixTimeMilliseconds()).Bind(2, limit);
        var count = 0;
        while (statement.Next())
        {
            count++;
        }

        return count == limit;
    });

    public void Dispose()
    {
        lock (_gate)
        {
            _database.Dispose();
        }
    }

    private T InTransaction<T>(Func<Database, T> work)
    {
        lock (_gate)
        {
            return _database.InTransaction(work);
        }
    }

    private static void Keep(Database database, Delivery delivery, DateTimeOffset now)
    {
        var pending = delivery.Status == DeliveryStatus.Pending;
        database["UPDATE delivery SET pending = ?, next_at = ?, body = ? WHERE id = ?"]
            .Bind(1, pending ? 1 : 0)
            .Bind(2, pending ? delivery.NextAttemptAt?.ToUnixTimeMilliseconds() : null)
            .Bind(3, Json(delivery))
            .Bind(4, delivery.Id)
            .Run();
        if (!pending)
        {
            database[
                """
                UPDATE delivery SET next_at = ? WHERE position = (
                    SELECT position FROM delivery WHERE webhook = ? AND license = ? AND pending = 1 ORDER BY position LIMIT 1)
                """]
                .Bind(1, now.ToUnixTimeMilliseconds()).Bind(2, delivery.WebhookId).Bind(3, delivery.LicenseId).Run();
        }
    }

    // What waits for the webhook is given up with it, and can be redelivered.
    private static void Disable(Database database, Webhook disabled)
    {
        Put(database, disabled);
        var waiting = Rows(
            database["SELECT body FROM delivery WHERE webhook = ? AND pending = 1 ORDER BY position"].Bind(1, disabled.Id),
            MeteringJson.Default.Delivery);
        foreach (var delivery in waiting)
        {
            var failed = delivery with { Status = DeliveryStatus.Failed, NextAttemptAt = null, LastError = delivery.LastError ?? disabled.DisabledReason };
            database["UPDATE delivery SET pending = 0, next_at = NULL, body = ? WHERE id = ?"].Bind(1, Json(failed)).Bind(2, delivery.Id).Run();
        }

        foreach (var delivery in WebhookMessages.Disabled(disabled, List(database)))
        {
            Add(database, delivery);
        }
    }

    private static IReadOnlyList<Webhook> List(Database database) =>
    [
        .. Rows(database["SELECT body FROM webhook"], MeteringJson.Default.Webhook)
            .OrderBy(webhook => webhook.CreatedAt).ThenBy(webhook => webhook.Id, StringComparer.Ordinal),
    ];

    private static Webhook? Find(Database database, string id) =>
        Rows(database["SELECT body FROM webhook WHERE id = ?"].Bind(1, id), MeteringJson.Default.Webhook).SingleOrDefault();

    private static void Put(Database database, Webhook webhook) =>
        database["INSERT INTO webhook (id, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body"]
            .Bind(1, webhook.Id)
            .Bind(2, JsonSerializer.SerializeToUtf8Bytes(webhook, MeteringJson.Default.Webhook))
            .Run();

    // Not for a webhook that was deleted meanwhile: nobody would send it, and nobody forget it.
    private static void Add(Database database, Delivery delivery) => database[
        """
        INSERT INTO delivery (id, webhook, license, pending, next_at, created_at, body)
        SELECT ?1, ?2, ?3, 1, CASE WHEN EXISTS (SELECT 1 FROM delivery WHERE webhook = ?2 AND license = ?3 AND pending = 1) THEN NULL ELSE ?4 END, ?5, ?6
        WHERE EXISTS (SELECT 1 FROM webhook WHERE id = ?2)
        """]
        .Bind(1, delivery.Id)
        .Bind(2, delivery.WebhookId)
        .Bind(3, delivery.LicenseId)
        .Bind(4, delivery.NextAttemptAt?.ToUnixTimeMilliseconds())
        .Bind(5, delivery.CreatedAt.ToUnixTimeMilliseconds())
        .Bind(6, Json(delivery))
        .Run();

    private static byte[] Json(Delivery delivery) => JsonSerializer.SerializeToUtf8Bytes(delivery, MeteringJson.Default.Delivery);

    private static List<T> Rows<T>(Statement statement, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        var rows = new List<T>();
        while (statement.Next())
        {
            rows.Add(JsonSerializer.Deserialize(statement.Bytes(0), type) ?? throw new InvalidDataException("The store holds an empty row."));
        }

        return rows;
    }
}
