using Metering.Server.Engine;
using Metering.Server.Storage;

namespace Metering.Server.Stores;

/// <summary>
/// The keys that sign lease tokens, in the store: the one that signs, made at first need, and the ones before it, which stay valid as long
/// as a lease that they signed may stand.
/// </summary>
internal sealed class SqliteLeaseKeys(MeterEngine engine, IMeterClock clock) : ILeaseKeys
{
    private volatile IReadOnlyList<StoredKey>? _keys;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LeaseKey>> ReadAsync(CancellationToken cancellationToken)
    {
        // For good, because keys are rotated only while no server runs.
        var known = _keys ??= await engine.Store.RunAsync(ReadOrMake);
        var now = clock.UtcNow;
        return [.. known.Where(key => key.Until is null || key.Until > now).Select(key => key.Key)];
    }

    /// <summary>Makes a new key that signs from now on; the one before stays valid for a while.</summary>
    /// <param name="store">The store; the caller has opened the transaction.</param>
    /// <param name="now">Now.</param>
    /// <returns>The new key, and until when the one before is valid; null when there was none.</returns>
    internal static (LeaseKey Key, DateTimeOffset? Until) Rotate(Database store, DateTimeOffset now)
    {
        var had = Read(store);

        // No lease stands longer, so from then on nothing that the old key signed does.
        var until = now + MeterLimits.HoldTtl;
        store["DELETE FROM lease_key WHERE until <= ?"].Bind(1, now.ToUnixTimeMilliseconds()).Run();
        store["UPDATE lease_key SET until = ? WHERE until IS NULL"].Bind(1, until.ToUnixTimeMilliseconds()).Run();
        return (Make(store), had.Count == 0 ? null : until);
    }

    private static List<StoredKey> ReadOrMake(Database store)
    {
        var keys = Read(store);
        return keys.Exists(key => key.Until is null) ? keys : [new StoredKey(Make(store), null), .. keys];
    }

    // The one that signs has no end, and comes first.
    private static List<StoredKey> Read(Database store)
    {
        var keys = new List<StoredKey>();
        var statement = store["SELECT pkcs8, until FROM lease_key ORDER BY until IS NOT NULL, until DESC"];
        while (statement.Next())
        {
            keys.Add(new StoredKey(
                LeaseKey.FromPkcs8(statement.Bytes(0)),
                statement.NullableInteger(1) is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null));
        }

        return keys;
    }

    private static LeaseKey Make(Database store)
    {
        var made = LeaseKey.Generate();
        store["INSERT INTO lease_key (id, pkcs8, until) VALUES (?, ?, NULL)"].Bind(1, made.Id).Bind(2, made.ToPkcs8()).Run();
        return made;
    }

    private sealed record StoredKey(LeaseKey Key, DateTimeOffset? Until);
}
