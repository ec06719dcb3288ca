using System.Text.Json;
using Azure.Data.Tables;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>
/// The directory in four tables. The row by id is the truth; the row by key counts only while that one has the same hash, and the
/// rows by tenant are written last, so that a list names no license that is not there.
/// </summary>
internal sealed class TableLicenseDirectory(MeterTables tables) : ILicenseDirectory
{
    private const string List = "licenses";
    private const string LicenseId = "LicenseId";
    private const string Body = "Body";
    private const string Deleted = "Deleted";
    private const string CreatedAt = "CreatedAt";
    private const string Spans = "Spans";
    private const int ChangeAttempts = 10;

    /// <inheritdoc/>
    public async ValueTask<LicenseRecord> AddAsync(LicenseRecord license, CancellationToken cancellationToken)
    {
        // The key's row first, as in a rotation: it opens nothing as long as no license has its hash.
        await PutKeyAsync(license, cancellationToken).ConfigureAwait(false);
        var added = await tables.TryAddAsync(TableKeys.Licenses, Row(license), cancellationToken).ConfigureAwait(false);
        var kept = await PutTenantAsync(license.Id, cancellationToken).ConfigureAwait(false);
        return added ? license : kept;
    }

    /// <inheritdoc/>
    public async ValueTask<LicenseRecord?> ChangeAsync(
        string licenseId, Func<LicenseRecord, LicenseRecord> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < ChangeAttempts; attempt++)
        {
            var row = await RowAsync(licenseId, cancellationToken).ConfigureAwait(false);
            if (row is null)
            {
                return null;
            }

            var before = Read(row);
            var after = change(before);
            if (ReferenceEquals(before, after))
            {
                return before;
            }

            var rotated = before.KeyHash != after.KeyHash;
            if (rotated)
            {
                // First the new key's row: it opens nothing until the license has that key, and then it must be there.
                await PutKeyAsync(after, cancellationToken).ConfigureAwait(false);
            }

            if (!await tables.TryReplaceAsync(TableKeys.Licenses, Row(after), row.ETag, cancellationToken).ConfigureAwait(false))
            {
                await LostRace.StepBackAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            await PutTenantAsync(licenseId, cancellationToken).ConfigureAwait(false);

            // Only cleared up: it opens nothing any more, because the license has another hash.
            if (rotated)
            {
                await tables.DeleteAsync(TableKeys.LicenseKeys, TableKeys.Text(before.KeyHash), TableKeys.KeyRow, cancellationToken)
                    .ConfigureAwait(false);
            }

            return after;
        }

        throw new StoreUnavailableException($"The license {licenseId} is changed by too many at once.");
    }

    /// <inheritdoc/>
    public async ValueTask<LicenseRecord?> FindAsync(string licenseId, CancellationToken cancellationToken) =>
        await RowAsync(licenseId, cancellationToken).ConfigureAwait(false) is { } row ? Read(row) : null;

    /// <inheritdoc/>
    public async ValueTask<string?> FindByKeyHashAsync(string keyHash, CancellationToken cancellationToken)
    {
        var row = await tables.FindAsync(TableKeys.LicenseKeys, TableKeys.Text(keyHash), TableKeys.KeyRow, cancellationToken)
            .ConfigureAwait(false);
        if (row is null)
        {
            return null;
        }

        var license = await FindAsync(row.GetString(LicenseId), cancellationToken).ConfigureAwait(false);

        // Row and license are not written together: a row may be left of a rotation that broke off.
        return license?.KeyHash == keyHash ? license.Id : null;
    }

    /// <inheritdoc/>
    public async ValueTask<Page<LicenseRecord>> ListAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var list = tenantId is null ? List : $"{List} of {tenantId}";
        var after = cursor is null ? "" : PageCursor.Read(list, cursor);
        var rows = tenantId is null
            ? await tables.QueryAsync(
                TableKeys.Licenses,
                TableClient.CreateQueryFilter($"PartitionKey gt {after} and Deleted eq {false}"),
                limit + 1,
                cancellationToken)
                .ConfigureAwait(false)
            : await tables.QueryAsync(
                TableKeys.Tenants,
                TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.Text(tenantId)} and RowKey gt {after}"),
                limit + 1,
                cancellationToken).ConfigureAwait(false);
        var next = rows.Count > limit ? PageCursor.After(list, TableKeys.Text(Read(rows[limit - 1]).Id)) : null;
        return new Page<LicenseRecord>([.. rows.Take(limit).Select(Read)], next);
    }

    /// <inheritdoc/>
    public ValueTask NoteFeaturesAsync(LicenseFeatures features, CancellationToken cancellationToken) => tables.PutAllAsync(
        TableKeys.Holders,
        features.Features.Select(feature => new TableEntity(TableKeys.Text(features.TenantId),
            TableKeys.Holder(feature.Key, features.CreatedAt, features.LicenseId))
        {
            [LicenseId] = features.LicenseId,
            [CreatedAt] = features.CreatedAt,
            [Spans] = JsonSerializer.Serialize(feature.Value, MeteringJson.Default.ImmutableArrayFeatureSpan),
        }),
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<MetricHolder>> HoldersAsync(
        string tenantId, string featureCode, CancellationToken cancellationToken)
    {
        var prefix = TableKeys.HolderPrefix(featureCode);
        var rows = await tables.QueryAsync(
            TableKeys.Holders,
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {TableKeys.Text(tenantId)} and RowKey ge {prefix} and RowKey lt {TableKeys.After(prefix)}"),
            ILicenseDirectory.MaxHolders,
            cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => new MetricHolder(
            row.GetString(LicenseId),
            row.GetDateTimeOffset(CreatedAt)!.Value,
            JsonSerializer.Deserialize(row.GetString(Spans), MeteringJson.Default.ImmutableArrayFeatureSpan)));
    }

    private ValueTask PutKeyAsync(LicenseRecord license, CancellationToken cancellationToken) => tables.PutAsync(
        TableKeys.LicenseKeys,
        new TableEntity(TableKeys.Text(license.KeyHash), TableKeys.KeyRow) { [LicenseId] = license.Id },
        cancellationToken);

    // Copies the license to the list of its tenant. When two changes copy at the same time, the older copy may come last; so whoever has
    // copied looks whether the license is still the one that was copied.
    private async ValueTask<LicenseRecord> PutTenantAsync(string licenseId, CancellationToken cancellationToken)
    {
        var row = await RowAsync(licenseId, cancellationToken).ConfigureAwait(false);
        for (var attempt = 0; row is not null && attempt < ChangeAttempts; attempt++)
        {
            var license = Read(row);
            var (tenant, key) = (TableKeys.Text(license.TenantId), TableKeys.Text(license.Id));
            if (license.Deleted)
            {
                await tables.DeleteAsync(TableKeys.Tenants, tenant, key, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await tables.PutAsync(TableKeys.Tenants, Row(tenant, key, license), cancellationToken).ConfigureAwait(false);
            }

            var now = await RowAsync(licenseId, cancellationToken).ConfigureAwait(false);
            if (now?.ETag == row.ETag)
            {
                return license;
            }

            row = now;
        }

        throw new StoreUnavailableException($"The license {licenseId} is changed by too many at once.");
    }

    private ValueTask<TableEntity?> RowAsync(string licenseId, CancellationToken cancellationToken) =>
        tables.FindAsync(TableKeys.Licenses, TableKeys.Text(licenseId), TableKeys.LicenseRow, cancellationToken);

    private static TableEntity Row(LicenseRecord license) => Row(TableKeys.Text(license.Id), TableKeys.LicenseRow, license);

    private static TableEntity Row(string partition, string key, LicenseRecord license)
    {
        var row = new TableEntity(partition, key) { [Deleted] = license.Deleted };
        LongText.Set(row, Body, JsonSerializer.Serialize(license, MeteringJson.Default.LicenseRecord));
        return row;
    }

    private static LicenseRecord Read(TableEntity row) =>
        JsonSerializer.Deserialize(LongText.Get(row, Body)!, MeteringJson.Default.LicenseRecord)!;
}
