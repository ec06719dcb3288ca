using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Hosting;
using Metering;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Storage;

/// <summary>
/// The directory: one row a license, by its id, is the truth; what else leads to it is the <see cref="LicenseIndex"/>. A change reads,
/// decides, and writes the row if it is still as it was read.
/// </summary>
internal sealed class TableLicenseDirectory(
    MeterTables tables, LicenseIndex index, ILogger<TableLicenseDirectory> log) : ILicenseDirectory
{
    private const string List = "licenses";
    private const string Body = "Body";

    private readonly FeatureNotes _notes = new(tables);

    /// <inheritdoc/>
    public async ValueTask<LicenseRecord> AddAsync(LicenseRecord license, CancellationToken cancellationToken)
    {
        var rows = LicenseIndex.RowsOf(license).ToHashSet();
        var added = await index.PutBeforeAsync(
            rows, () => tables.TryAddAsync(TableKeys.Licenses, Row(license), cancellationToken), cancellationToken).ConfigureAwait(false);
        if (added)
        {
            return license;
        }

        var kept = await FindAsync(license.Id, cancellationToken).ConfigureAwait(false)
            ?? throw new StoreUnavailableException($"The license {license.Id} cannot be read.");
        await ClearUpAsync(license.Id, rows.Except(LicenseIndex.RowsOf(kept))).ConfigureAwait(false);
        return kept;
    }

    /// <inheritdoc/>
    public async ValueTask<LicenseRecord?> ChangeAsync(
        string licenseId, Func<LicenseRecord, LicenseRecord> change, CancellationToken cancellationToken)
    {
        // Over all attempts: one that lost has left the row of a key that the license never got.
        var rows = new HashSet<IndexRow>();
        var changed = await LostRace.RepeatAsync<LicenseRecord?>(
            $"The license {licenseId}",
            async () =>
            {
                if (await RowAsync(licenseId, cancellationToken).ConfigureAwait(false) is not { } row)
                {
                    return (true, null);
                }

                var before = Read(row);
                var after = change(before);
                rows.UnionWith(LicenseIndex.RowsOf(before));
                if (ReferenceEquals(before, after))
                {
                    return (true, before);
                }

                var added = LicenseIndex.RowsOf(after).Except(LicenseIndex.RowsOf(before)).ToList();
                rows.UnionWith(added);
                return (
                    await index.PutBeforeAsync(
                        added,
                        () => tables.TryReplaceAsync(TableKeys.Licenses, Row(after), row, cancellationToken),
                        cancellationToken).ConfigureAwait(false),
                    after);
            },
            cancellationToken).ConfigureAwait(false);
        if (changed is not null)
        {
            await ClearUpAsync(licenseId, rows.Except(LicenseIndex.RowsOf(changed))).ConfigureAwait(false);
        }

        return changed;
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

        var key = LicenseIndex.Read(TableKeys.LicenseKeys, row);
        if (await FindAsync(key.LicenseId, cancellationToken).ConfigureAwait(false) is { } license && key.LeadsTo(license))
        {
            return license.Id;
        }

        await index.CleanAsync(TableKeys.LicenseKeys, row, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask<Page<LicenseRecord>> ListAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var (list, table) = tenantId is null ? (List, TableKeys.LiveLicenses) : ($"{List} of {tenantId}", TableKeys.Tenants);
        var most = Math.Min(limit, Page<LicenseRecord>.MaxSize);
        var after = cursor is null ? "" : PageCursor.Read(list, cursor);
        var found = new List<LicenseRecord>();
        while (found.Count <= most)
        {
            // One more than is asked for tells whether there is a next part; and again for those that led nowhere.
            var asked = most + 1 - found.Count;
            var filter = tenantId is null
                ? TableClient.CreateQueryFilter($"PartitionKey gt {after}")
                : TableClient.CreateQueryFilter($"PartitionKey eq {TableKeys.Text(tenantId)} and RowKey gt {after}");
            var rows = await tables.QueryAsync(table, filter, asked, cancellationToken).ConfigureAwait(false);
            found.AddRange(await LicensesOfAsync(table, rows, cancellationToken).ConfigureAwait(false));
            if (rows.Count < asked)
            {
                break;
            }

            after = tenantId is null ? rows[^1].PartitionKey : rows[^1].RowKey;
        }

        return new Page<LicenseRecord>(
            [.. found.Take(most)], found.Count > most ? PageCursor.After(list, TableKeys.Text(found[most - 1].Id)) : null);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LicenseRecord>> WalkAsync(
        string? tenantId, string? afterId, int limit, CancellationToken cancellationToken)
    {
        // Over the licenses' own rows: no index has the deleted ones. So one tenant's walk looks at the licenses of all.
        var found = new List<LicenseRecord>();
        var after = afterId is null ? "" : TableKeys.Text(afterId);
        while (found.Count < limit)
        {
            var rows = await tables.QueryAsync(
                TableKeys.Licenses, TableClient.CreateQueryFilter($"PartitionKey gt {after}"), Page<LicenseRecord>.MaxSize, cancellationToken)
                .ConfigureAwait(false);
            found.AddRange(rows.Select(Read).Where(license => tenantId is null || license.TenantId == tenantId));
            if (rows.Count < Page<LicenseRecord>.MaxSize)
            {
                break;
            }

            after = rows[^1].PartitionKey;
        }

        return [.. found.Take(limit)];
    }

    /// <inheritdoc/>
    public ValueTask NoteFeaturesAsync(LicenseFeatures features, CancellationToken cancellationToken) =>
        _notes.WriteAsync(features, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MetricHolder>> HoldersAsync(
        string tenantId, string featureCode, CancellationToken cancellationToken) =>
        _notes.FindAsync(tenantId, featureCode, cancellationToken);

    /// <summary>What a license's own row says.</summary>
    internal static LicenseRecord Read(TableEntity row) =>
        JsonSerializer.Deserialize(LongText.Get(row, Body)!, MeteringJson.Default.LicenseRecord)!;

    // The licenses that an index's rows lead to. They are looked at, and not copied into the index: a copy would be one more thing to bring
    // up to date with each change, and would lag behind it.
    private async ValueTask<List<LicenseRecord>> LicensesOfAsync(
        string table, List<TableEntity> rows, CancellationToken cancellationToken)
    {
        var led = rows.Select(row => LicenseIndex.Read(table, row)).ToList();
        var found = await tables.FindEachAsync(
            TableKeys.Licenses, led.Select(row => (TableKeys.Text(row.LicenseId), TableKeys.LicenseRow)), cancellationToken)
            .ConfigureAwait(false);
        var licenses = new List<LicenseRecord>(rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            if (found[i] is { } row && Read(row) is var license && led[i].LeadsTo(license))
            {
                licenses.Add(license);
            }
            else
            {
                await index.CleanAsync(table, rows[i], cancellationToken).ConfigureAwait(false);
            }
        }

        return licenses;
    }

    private async ValueTask ClearUpAsync(string licenseId, IEnumerable<IndexRow> rows)
    {
        try
        {
            // Whoever asked may have gone; what is done is done.
            await index.RemoveAsync(rows, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreUnavailableException lost)
        {
            // The change itself is durable, and a row that leads nowhere opens nothing: who meets it takes it away.
            log.IndexRowsLeft(lost, licenseId);
        }
    }

    private ValueTask<TableEntity?> RowAsync(string licenseId, CancellationToken cancellationToken) =>
        tables.FindAsync(TableKeys.Licenses, TableKeys.Text(licenseId), TableKeys.LicenseRow, cancellationToken);

    private static TableEntity Row(LicenseRecord license)
    {
        var row = new TableEntity(TableKeys.Text(license.Id), TableKeys.LicenseRow);
        LongText.Set(row, Body, JsonSerializer.Serialize(license, MeteringJson.Default.LicenseRecord));
        return row;
    }
}
