using Metering.Server.Engine;
using Metering.Server.Storage;

namespace Metering.Server.Stores;

/// <summary>
/// Answers to management calls that came with an <c>Idempotency-Key</c>, in the store; forgotten when rule 8's memory is over.
/// </summary>
internal sealed class SqliteRequestMemory(MeterEngine engine, IMeterClock clock) : IRequestMemory
{
    /// <inheritdoc/>
    public ValueTask<RememberedRequest?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var since = clock.UtcNow - engine.Rules.IdempotencyMemory;
        return engine.Readers.ReadAsync(store => Find(store, key, since.ToUnixTimeMilliseconds()), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<RememberedRequest> RememberAsync(string key, RememberedRequest request, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow;
        return await engine.Store.RunAsync(store => Remember(store, key, request, now, engine.Rules));
    }

    /// <summary>Remembers an answer within the open transaction; the first one stays.</summary>
    /// <returns>The one that is remembered.</returns>
    internal static RememberedRequest Remember(
        Database store, string key, RememberedRequest request, DateTimeOffset now, MeterRules rules)
    {
        // The first answer stays, unless its memory is over and retention has not come yet.
        var over = (now - rules.IdempotencyMemory).ToUnixTimeMilliseconds();
        store["DELETE FROM request_memory WHERE key = ? AND at <= ?"].Bind(1, key).Bind(2, over).Run();
        store["INSERT OR IGNORE INTO request_memory (key, at, body_hash, status, body) VALUES (?, ?, ?, ?, ?)"]
            .Bind(1, key).Bind(2, now.ToUnixTimeMilliseconds()).Bind(3, request.BodyHash).Bind(4, request.Status).Bind(5, request.Body)
            .Run();
        return store.Changes > 0 ? request : Find(store, key, over)!;
    }

    private static RememberedRequest? Find(Database store, string key, long after)
    {
        var statement = store["SELECT body_hash, status, body FROM request_memory WHERE key = ? AND at > ?"].Bind(1, key).Bind(2, after);
        var found = statement.Next() ? new RememberedRequest(statement.Text(0), (int)statement.Integer(1), statement.Text(2)) : null;
        statement.Reset();
        return found;
    }
}
