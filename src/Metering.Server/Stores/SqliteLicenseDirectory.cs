using System.Text.Json;
using Metering.Server.Engine;
using Metering.Server.Storage;

namespace Metering.Server.Stores;

/// <summary>The directory of licenses in the store.</summary>
internal sealed class SqliteLicenseDirectory(MeterEngine engine, IMeterClock clock) : ILicenseDirectory
{
    /// <inheritdoc/>
    public async ValueTask<LicenseRecord> AddAsync(LicenseRecord license, CancellationToken cancellationToken) =>
        await engine.Store.RunAsync(store => Add(store, license));

    /// <inheritdoc/>
    public async ValueTask<LicenseRecord> AddAsync(
        LicenseRecord license, LicenseFeatures features, KeyedAnswer? answer, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow;
        return await engine.Store.RunAsync(store =>
        {
            Note(store, features);
            var added = Add(store, license);
            if (answer is not null && ReferenceEquals(added, license))
            {
                SqliteRequestMemory.Remember(store, answer.Key, answer.Answer, now, engine.Rules);
            }

            return added;
        });
    }

    /// <inheritdoc/>
    public async ValueTask<LicenseRecord?> ChangeAsync(
        string licenseId, Func<LicenseRecord, LicenseRecord> change, CancellationToken cancellationToken) =>
            await engine.Store.RunAsync(store =>
    {
        // The store has one writer, so nothing comes between reading and writing.
        if (Find(store, licenseId) is not { } before)
        {
            return null;
        }

        var after = change(before);
        if (!ReferenceEquals(before, after))
        {
            Put(store, after);
        }

        return after;
    });

    /// <inheritdoc/>
    public ValueTask<LicenseRecord?> FindAsync(string licenseId, CancellationToken cancellationToken) =>
        engine.Readers.LookUpAsync(store => Find(store, licenseId), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<string?> FindByKeyHashAsync(string keyHash, CancellationToken cancellationToken) => engine.Readers.LookUpAsync(
        store =>
        {
            var statement = store["SELECT id FROM directory WHERE key_hash = ? AND deleted = 0"].Bind(1, Convert.FromHexString(keyHash));
            var found = statement.Next() ? statement.Text(0) : null;
            statement.Reset();
            return found;
        },
        cancellationToken);

    /// <inheritdoc/>
    // Without their standing: a state is read where it lies.
    public ValueTask<Page<ListedLicense>> ListAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = cursor is null ? "" : PageCursor.Read(ListOf(tenantId), cursor);
        return engine.Readers.ReadAsync(store => List(store, tenantId, after, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LicenseRecord>> WalkAsync(
        string? tenantId, string? afterId, int limit, CancellationToken cancellationToken) => engine.Readers.ReadAsync(
        IReadOnlyList<LicenseRecord> (store) =>
        {
            var statement = tenantId is null
                ? store["SELECT body FROM directory WHERE id > ? ORDER BY id LIMIT ?"].Bind(1, afterId ?? "").Bind(2, limit)
                : store["SELECT body FROM directory WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?"]
                    .Bind(1, tenantId).Bind(2, afterId ?? "").Bind(3, limit);
            return Read(statement);
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask NoteFeaturesAsync(LicenseFeatures features, CancellationToken cancellationToken) =>
        await engine.Store.RunAsync(store => Note(store, features));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MetricHolder>> HoldersAsync(
        string tenantId, string featureCode, bool haveNow, int most, CancellationToken cancellationToken) => engine.Readers.ReadAsync(
        IReadOnlyList<MetricHolder> (store) =>
            [.. Holders(store, tenantId, featureCode).Where(holder => !haveNow || holder.HasNow).Take(most)],
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MetricHolder>> HoldersAsync(string tenantId, string featureCode, CancellationToken cancellationToken) =>
        engine.Readers.LookUpAsync(
        IReadOnlyList<MetricHolder> (store) =>
        {
            var holders = new List<MetricHolder>();
            DateTimeOffset? held = null;
            foreach (var holder in Holders(store, tenantId, featureCode))
            {
                // No license has a feature before it is created, so no event goes to this one or to any after it: a customer of many
                // licenses is mostly one row here.
                if (held <= holder.CreatedAt)
                {
                    break;
                }

                holders.Add(holder);
                held = holder.HeldFrom ?? held;
            }

            return holders;
        },
        cancellationToken);

    private static IEnumerable<MetricHolder> Holders(Database store, string tenantId, string featureCode)
    {
        var statement = store["SELECT license, created, spans FROM feature_holder WHERE tenant = ? AND feature = ? ORDER BY created, license LIMIT ?"]
            .Bind(1, tenantId).Bind(2, featureCode).Bind(3, ILicenseDirectory.MaxHolders);
        try
        {
            while (statement.Next())
            {
                yield return new MetricHolder(
                    statement.Text(0),
                    new DateTimeOffset(statement.Integer(1), TimeSpan.Zero),
                    JsonSerializer.Deserialize(statement.Bytes(2), MeteringJson.Default.ImmutableArrayFeatureSpan));
            }
        }
        finally
        {
            statement.Reset();
        }
    }

    // What is there stays: a request that is made again must not replace a key that was given out.
    private static LicenseRecord Add(Database store, LicenseRecord license)
    {
        if (Find(store, license.Id) is { } known)
        {
            return known;
        }

        Put(store, license);
        return license;
    }

    private static bool Note(Database store, LicenseFeatures features)
    {
        var put = store["""
            INSERT INTO feature_holder (tenant, feature, created, license, spans, sequence) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET spans = excluded.spans, sequence = excluded.sequence WHERE excluded.sequence >= feature_holder.sequence
            """];
        foreach (var (code, spans) in features.Features)
        {
            put.Bind(1, features.TenantId).Bind(2, code).Bind(3, features.CreatedAt.UtcTicks).Bind(4, features.LicenseId)
                .Bind(5, JsonSerializer.SerializeToUtf8Bytes(spans, MeteringJson.Default.ImmutableArrayFeatureSpan))
                .Bind(6, features.Sequence).Run();
        }

        return true;
    }

    private static Page<ListedLicense> List(Database store, string? tenantId, string after, int limit)
    {
        var statement = tenantId is null
            ? store["SELECT body FROM directory WHERE id > ? AND deleted = 0 ORDER BY id LIMIT ?"].Bind(1, after).Bind(2, limit + 1)
            : store["SELECT body FROM directory WHERE id > ? AND deleted = 0 AND tenant = ? ORDER BY id LIMIT ?"]
                .Bind(1, after).Bind(2, tenantId).Bind(3, limit + 1);
        var licenses = Read(statement);
        if (licenses.Count <= limit)
        {
            return new Page<ListedLicense>(Listed(licenses), null);
        }

        licenses.RemoveAt(limit);
        return new Page<ListedLicense>(Listed(licenses), PageCursor.After(ListOf(tenantId), licenses[^1].Id));
    }

    private static List<ListedLicense> Listed(List<LicenseRecord> licenses) =>
        licenses.ConvertAll(license => ListedLicense.Of(license, standing: null));

    private static List<LicenseRecord> Read(Statement statement)
    {
        var licenses = new List<LicenseRecord>();
        while (statement.Next())
        {
            licenses.Add(Parse(statement.Bytes(0)));
        }

        return licenses;
    }

    // In the cursor, because a place in one list means nothing in another: each refuses the other's.
    private static string ListOf(string? tenantId) => tenantId is null ? "licenses" : $"licenses of {tenantId}";

    private static LicenseRecord Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, MeteringJson.Default.LicenseRecord)!;

    private static LicenseRecord? Find(Database store, string licenseId)
    {
        var statement = store["SELECT body FROM directory WHERE id = ?"].Bind(1, licenseId);
        var found = statement.Next() ? Parse(statement.Bytes(0)) : null;
        statement.Reset();
        return found;
    }

    private static void Put(Database store, LicenseRecord license) => store["""
        INSERT INTO directory (id, tenant, key_hash, deleted, body) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, key_hash = excluded.key_hash, deleted = excluded.deleted, body = excluded.body
        """]
        .Bind(1, license.Id).Bind(2, license.TenantId).Bind(3, Convert.FromHexString(license.KeyHash)).Bind(4, license.Deleted ? 1 : 0)
        .Bind(5, JsonSerializer.SerializeToUtf8Bytes(license, MeteringJson.Default.LicenseRecord)).Run();
}
