using Metering.Server.Engine;
using Metering.Server.Storage;

namespace Metering.Server.Stores;

/// <summary>The key that signs lease tokens: made at first need, kept in the store.</summary>
internal sealed class SqliteLeaseKeys(MeterEngine engine) : ILeaseKeys
{
    private const string Setting = "lease_key";
    private volatile IReadOnlyList<LeaseKey>? _keys;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LeaseKey>> ReadAsync(CancellationToken cancellationToken)
    {
        if (_keys is { } known)
        {
            return known;
        }

        var key = await engine.Store.RunAsync(ReadOrMake);
        return _keys = [key];
    }

    private static LeaseKey ReadOrMake(Database store)
    {
        var statement = store["SELECT value FROM setting WHERE name = ?"].Bind(1, Setting);
        var stored = statement.Next() ? statement.Text(0) : null;
        statement.Reset();
        if (stored is not null)
        {
            return LeaseKey.FromPkcs8(Convert.FromBase64String(stored));
        }

        var made = LeaseKey.Generate();
        store["INSERT INTO setting (name, value) VALUES (?, ?)"].Bind(1, Setting).Bind(2, Convert.ToBase64String(made.ToPkcs8())).Run();
        return made;
    }
}
