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

    /// <inheritdoc/>
    public ValueTask AddAsync(LicenseRecord license, CancellationToken cancellationToken) => WriteAsync(license, null, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask UpdateAsync(LicenseRecord license, CancellationToken cancellationToken) =>
        await WriteAsync(license, await FindAsync(license.Id, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<LicenseRecord?> FindAsync(string licenseId, CancellationToken cancellationToken) =>
        await tables.FindAsync(TableKeys.Licenses, TableKeys.Text(licenseId), TableKeys.LicenseRow, cancellationToken).ConfigureAwait(false) is { } row
            ? Read(row)
            : null;

    /// <inheritdoc/>
    public async ValueTask<string?> FindByKeyHashAsync(string keyHash, CancellationToken cancellationToken)
    {
        var row = await tables.FindAsync(TableKeys.LicenseKeys, TableKeys.Text(keyHash), TableKeys.KeyRow, cancellationToken).ConfigureAwait(false);
        if (row is null)
        {
            return null;
        }

        var license = await FindAsync(row.GetString(LicenseId), cancellationToken).ConfigureAwait(false);
        return license?.KeyHash == keyHash ? license.Id : null;
    }

    /// <inheritdoc/>
    public async ValueTask<Page<LicenseRecord>> ListAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var list = tenantId is null ? List : $"{List} {TableKeys.Hash(tenantId)}";
        var after = cursor is null ? "" : PageCursor.Read(list, cursor);
        var rows = tenantId is null
            ? await tables.QueryAsync(TableKeys.Licenses, TableClient.CreateQueryFilter($"PartitionKey gt {after} and Deleted eq {false}"), limit + 1, cancellationToken)
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
        features.Features.Select(feature => new TableEntity(TableKeys.Text(features.TenantId), TableKeys.Holder(feature.Key, features.CreatedAt, features.LicenseId))
        {
            [LicenseId] = features.LicenseId,
            [CreatedAt] = features.CreatedAt,
            [Spans] = JsonSerializer.Serialize(feature.Value, MeteringJson.Default.ImmutableArrayFeatureSpan),
        }),
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<MetricHolder>> HoldersAsync(string tenantId, string featureCode, CancellationToken cancellationToken)
    {
        var prefix = TableKeys.HolderPrefix(featureCode);
        var rows = await tables.QueryAsync(
            TableKeys.Holders,
            TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.Text(tenantId)} and RowKey ge {prefix} and RowKey lt {TableKeys.After(prefix)}"),
            ILicenseDirectory.MostHolders,
            cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => new MetricHolder(
            row.GetString(LicenseId),
            row.GetDateTimeOffset(CreatedAt)!.Value,
            JsonSerializer.Deserialize(row.GetString(Spans), MeteringJson.Default.ImmutableArrayFeatureSpan)));
    }

    private async ValueTask WriteAsync(LicenseRecord license, LicenseRecord? before, CancellationToken cancellationToken)
    {
        var id = TableKeys.Text(license.Id);
        await tables.PutAsync(
            TableKeys.LicenseKeys,
            new TableEntity(TableKeys.Text(license.KeyHash), TableKeys.KeyRow) { [LicenseId] = license.Id },
            cancellationToken).ConfigureAwait(false);
        await tables.PutAsync(TableKeys.Licenses, Row(id, TableKeys.LicenseRow, license), cancellationToken).ConfigureAwait(false);
        if (license.Deleted)
        {
            await tables.DeleteAsync(TableKeys.Tenants, TableKeys.Text(license.TenantId), id, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await tables.PutAsync(TableKeys.Tenants, Row(TableKeys.Text(license.TenantId), id, license), cancellationToken).ConfigureAwait(false);
        }

        if (before is not null && before.KeyHash != license.KeyHash)
        {
            await tables.DeleteAsync(TableKeys.LicenseKeys, TableKeys.Text(before.KeyHash), TableKeys.KeyRow, cancellationToken).ConfigureAwait(false);
        }
    }

    private static TableEntity Row(string partition, string key, LicenseRecord license)
    {
        var row = new TableEntity(partition, key) { [Deleted] = license.Deleted };
        LongText.Set(row, Body, JsonSerializer.Serialize(license, MeteringJson.Default.LicenseRecord));
        return row;
    }

    private static LicenseRecord Read(TableEntity row) => JsonSerializer.Deserialize(LongText.Get(row, Body)!, MeteringJson.Default.LicenseRecord)!;
}
