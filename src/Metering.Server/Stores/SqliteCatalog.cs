using System.Collections.Immutable;
using System.Text.Json;
using Metering.Server.Engine;
using Metering.Server.Storage;

namespace Metering.Server.Stores;

/// <summary>The catalog, in memory and in the store.</summary>
internal sealed class SqliteCatalog(MeterEngine engine) : ICatalogStore, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile CatalogSnapshot? _catalog;

    /// <inheritdoc/>
    public ValueTask<CatalogSnapshot> ReadAsync(CancellationToken cancellationToken) =>
        _catalog is { } catalog ? ValueTask.FromResult(catalog) : LoadAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<CatalogSnapshot> ChangeAsync(
        Func<CatalogSnapshot, CatalogSnapshot> change, CancellationToken cancellationToken)
    {
        // One after the other, because each is made of what the one before has left.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var before = await ReadAsync(cancellationToken);
            var after = change(before);
            if (!ReferenceEquals(before, after))
            {
                await engine.Store.RunAsync(store => Write(store, before, after));

                // After the commit: nobody is to be served what a crash would take back.
                _catalog = after;
            }

            return after;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async ValueTask<CatalogSnapshot> LoadAsync(CancellationToken cancellationToken)
    {
        var loaded = await engine.Readers.ReadAsync(Read, cancellationToken);

        // A change may have come first; it knows more.
        return Interlocked.CompareExchange(ref _catalog, loaded, null) ?? loaded;
    }

    private static CatalogSnapshot Read(Database store)
    {
        var features = CatalogSnapshot.Empty.Features.ToBuilder();
        var statement = store["SELECT body FROM feature"];
        while (statement.Next())
        {
            var feature = JsonSerializer.Deserialize(statement.Bytes(0), MeteringJson.Default.Feature)!;
            features[feature.Code] = feature;
        }

        var plans = CatalogSnapshot.Empty.Plans.ToBuilder();
        statement = store["SELECT body FROM plan ORDER BY id, version"];
        while (statement.Next())
        {
            var plan = JsonSerializer.Deserialize(statement.Bytes(0), MeteringJson.Default.Plan)!;
            plans[plan.Id] = plans.TryGetValue(plan.Id, out var versions) ? versions.Add(plan) : [plan];
        }

        return new CatalogSnapshot { Features = features.ToImmutable(), Plans = plans.ToImmutable() };
    }

    private static bool Write(Database store, CatalogSnapshot before, CatalogSnapshot after)
    {
        foreach (var code in before.Features.Keys.Where(code => !after.Features.ContainsKey(code)))
        {
            store["DELETE FROM feature WHERE code = ?"].Bind(1, code).Run();
        }

        foreach (var feature in after.Features.Values.Where(feature => before.Features.GetValueOrDefault(feature.Code) != feature))
        {
            store["INSERT OR REPLACE INTO feature (code, body) VALUES (?, ?)"]
                .Bind(1, feature.Code).Bind(2, JsonSerializer.SerializeToUtf8Bytes(feature, MeteringJson.Default.Feature)).Run();
        }

        foreach (var id in before.Plans.Keys.Where(id => !after.Plans.ContainsKey(id)))
        {
            store["DELETE FROM plan WHERE id = ?"].Bind(1, id).Run();
        }

        foreach (var (id, versions) in after.Plans)
        {
            // A version never changes once published; what is new is at the end.
            var known = before.Plans.TryGetValue(id, out var had) ? had.Length : 0;
            foreach (var plan in versions.Skip(known))
            {
                store["INSERT OR REPLACE INTO plan (id, version, body) VALUES (?, ?, ?)"]
                    .Bind(1, id).Bind(2, plan.Version).Bind(3, JsonSerializer.SerializeToUtf8Bytes(plan, MeteringJson.Default.Plan)).Run();
            }
        }

        return true;
    }
}
