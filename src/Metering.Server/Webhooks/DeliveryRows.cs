using System.Text.Json;
using Metering.Server.Storage;

namespace Metering.Server.Webhooks;

/// <summary>
/// The rows of deliveries, within a transaction. A license's next delivery to a webhook becomes due when the one before it has ended (rule
/// 11).
/// </summary>
internal static class DeliveryRows
{
    /// <summary>
    /// Adds a delivery; but none for a webhook that was deleted meanwhile: nobody would send it, and nobody forget it. One that is there
    /// stays as it is: after <c>accept-files</c> signals come again that were made into deliveries before, under the same ids.
    /// </summary>
    internal static void Add(Database database, Delivery delivery) => database[
        """
        INSERT INTO delivery (id, webhook, license, pending, next_at, created_at, body)
        SELECT ?1, ?2, ?3, 1, CASE WHEN EXISTS (SELECT 1 FROM delivery WHERE webhook = ?2 AND license = ?3 AND pending = 1) THEN NULL ELSE ?4 END, ?5, ?6
        WHERE EXISTS (SELECT 1 FROM webhook WHERE id = ?2)
        ON CONFLICT (id) DO NOTHING
        """]
        .Bind(1, delivery.Id)
        .Bind(2, delivery.WebhookId)
        .Bind(3, delivery.LicenseId)
        .Bind(4, delivery.NextAttemptAt?.ToUnixTimeMilliseconds())
        .Bind(5, delivery.CreatedAt.ToUnixTimeMilliseconds())
        .Bind(6, Json(delivery))
        .Run();

    /// <summary>A delivery of a webhook; null when there is none.</summary>
    internal static Delivery? Find(Database database, string webhookId, string deliveryId) => WebhookRows.Read(
        database["SELECT body FROM delivery WHERE id = ? AND webhook = ?"].Bind(1, deliveryId).Bind(2, webhookId),
        MeteringJson.Default.Delivery).SingleOrDefault();

    /// <summary>Deliveries of a webhook before a place, newest first, each with its place.</summary>
    internal static IReadOnlyList<(long Position, Delivery Delivery)> Before(Database database, string webhookId, long position, long limit)
    {
        var found = new List<(long, Delivery)>();
        var statement = database["SELECT position, body FROM delivery WHERE webhook = ? AND position < ? ORDER BY position DESC LIMIT ?"]
            .Bind(1, webhookId).Bind(2, position).Bind(3, limit);
        while (statement.Next())
        {
            found.Add((statement.Integer(0), JsonSerializer.Deserialize(statement.Bytes(1), MeteringJson.Default.Delivery)!));
        }

        return found;
    }

    /// <summary>Deliveries of a webhook that are due, the longest due first.</summary>
    internal static IReadOnlyList<Delivery> Due(Database database, string webhookId, DateTimeOffset now, int limit) => WebhookRows.Read(
        database["SELECT body FROM delivery WHERE webhook = ? AND next_at <= ? ORDER BY next_at, position LIMIT ?"]
            .Bind(1, webhookId).Bind(2, now.ToUnixTimeMilliseconds()).Bind(3, limit),
        MeteringJson.Default.Delivery);

    /// <summary>
    /// Makes due what is planned for later than any schedule puts it: the clock was set back since, and it would wait until the clock is
    /// there again.
    /// </summary>
    // By the index of what is due: where there is nothing of the kind, as nearly always, this is one look at its end.
    internal static void BringNear(Database database, string webhookId, DateTimeOffset now, TimeSpan maxWait) =>
        database["UPDATE delivery SET next_at = ? WHERE webhook = ? AND next_at > ?"]
            .Bind(1, now.ToUnixTimeMilliseconds()).Bind(2, webhookId).Bind(3, (now + maxWait).ToUnixTimeMilliseconds()).Run();

    /// <summary>A delivery, if it is due; else null.</summary>
    internal static Delivery? FindDue(Database database, string deliveryId, DateTimeOffset now) => WebhookRows.Read(
        database["SELECT body FROM delivery WHERE id = ? AND next_at <= ?"].Bind(1, deliveryId).Bind(2, now.ToUnixTimeMilliseconds()),
        MeteringJson.Default.Delivery).SingleOrDefault();

    /// <summary>Deliveries that wait for a webhook, in their order.</summary>
    internal static IReadOnlyList<Delivery> Waiting(Database database, string webhookId) => WebhookRows.Read(
        database["SELECT body FROM delivery WHERE webhook = ? AND pending = 1 ORDER BY position"].Bind(1, webhookId),
        MeteringJson.Default.Delivery);

    /// <summary>How many deliveries wait for a webhook; where they are more than <paramref name="most"/>, that many.</summary>
    internal static long CountWaiting(Database database, string webhookId, long most = long.MaxValue) =>
        database["SELECT COUNT(*) FROM (SELECT 1 FROM delivery WHERE webhook = ? AND pending = 1 LIMIT ?)"]
            .Bind(1, webhookId).Bind(2, most).Number() ?? 0;

    /// <summary>Keeps how a delivery stands. One that is gone stays gone.</summary>
    internal static void Keep(Database database, Delivery delivery)
    {
        var pending = delivery.Status == DeliveryStatus.Pending;
        database["UPDATE delivery SET pending = ?, next_at = ?, body = ? WHERE id = ?"]
            .Bind(1, pending ? 1 : 0)
            .Bind(2, pending ? delivery.NextAttemptAt?.ToUnixTimeMilliseconds() : null)
            .Bind(3, Json(delivery))
            .Bind(4, delivery.Id)
            .Run();
    }

    /// <summary>Makes the license's next delivery due, after one has ended.</summary>
    // Through the index of what is pending: however many wait, this is one look.
    internal static void StartNext(Database database, Delivery ended, DateTimeOffset now) => database[
        """
        UPDATE delivery SET next_at = ? WHERE position = (
            SELECT position FROM delivery WHERE webhook = ? AND license = ? AND pending = 1 ORDER BY position LIMIT 1)
        """]
        .Bind(1, now.ToUnixTimeMilliseconds()).Bind(2, ended.WebhookId).Bind(3, ended.LicenseId).Run();

    /// <summary>Forgets deliveries that ended and were made before a time; how many they were.</summary>
    internal static int Forget(Database database, DateTimeOffset before, int limit)
    {
        var statement = database[
            "DELETE FROM delivery WHERE position IN (SELECT position FROM delivery WHERE pending = 0 AND created_at < ? LIMIT ?) RETURNING 1"]
            .Bind(1, before.ToUnixTimeMilliseconds()).Bind(2, limit);
        var count = 0;
        while (statement.Next())
        {
            count++;
        }

        return count;
    }

    private static byte[] Json(Delivery delivery) => JsonSerializer.SerializeToUtf8Bytes(delivery, MeteringJson.Default.Delivery);
}
