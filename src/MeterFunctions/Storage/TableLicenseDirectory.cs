using Azure.Data.Tables;
using MeterFunctions.Hosting;
using MeterFunctions.Licenses;
using Metering;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Storage;

/// <summary>
/// The directory: one row a license, by its id, is the truth; what else leads to it is the <see cref="LicenseIndex"/>. A change reads,
/// decides, and writes the row if it is still as it was read.
/// </summary>
internal sealed class TableLicenseDirectory(
    MeterTables tables,
    LicenseIndex index,
    ListNotes lists,
    LicensePartition partition,
    IRequestMemory requests,
    ILogger<TableLicenseDirectory> log)
    : ILicenseDirectory
{
    private const int MaxConcurrent = 16;

    private const string List = "licenses";

    private readonly FeatureNotes _notes = new(tables);

    /// <inheritdoc/>
    public async ValueTask<LicenseRecord> AddAsync(LicenseRecord license, CancellationToken cancellationToken)
    {
        var rows = LicenseIndex.RowsOf(license).ToHashSet();
        var added = await index.PutBeforeAsync(
            rows, () => tables.TryAddAsync(TableKeys.Licenses, DirectoryRow.Of(license, revision: 1), cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        if (added)
        {
            // The rows of the lists are there by now. So whoever changes the state after it is read here announces it in them.
            var state = await partition.ReadAsync(license.Id, cancellationToken).ConfigureAwait(false);
            var note = new ListNote { License = license, Revision = 1, State = state?.State };
            await lists.NoteAsync(license.TenantId, license.Id, note, announced: null).ConfigureAwait(false);
            return license;
        }

        var kept = await FindAsync(license.Id, cancellationToken).ConfigureAwait(false)
            ?? throw new StoreUnavailableException($"The license {license.Id} cannot be read.");
        await ClearUpAsync(license.Id, rows.Except(LicenseIndex.RowsOf(kept))).ConfigureAwait(false);
        return kept;
    }

    /// <inheritdoc/>
    public async ValueTask<LicenseRecord> AddAsync(
        LicenseRecord license, LicenseFeatures features, KeyedAnswer? answer, CancellationToken cancellationToken)
    {
        await NoteFeaturesAsync(features, cancellationToken).ConfigureAwait(false);
        var added = await AddAsync(license, cancellationToken).ConfigureAwait(false);
        if (answer is not null && ReferenceEquals(added, license))
        {
            await requests.RememberAsync(answer.Key, answer.Answer, cancellationToken).ConfigureAwait(false);
        }

        return added;
    }

    /// <inheritdoc/>
    public async ValueTask<LicenseRecord?> ChangeAsync(
        string licenseId, Func<LicenseRecord, LicenseRecord> change, CancellationToken cancellationToken)
    {
        // Over all attempts: one that lost has left the row of a key that the license never got.
        var rows = new HashSet<IndexRow>();
        var (revision, announced) = (0L, (ListAnnouncement?)null);
        var changed = await LostRace.RepeatAsync<LicenseRecord?>(
            $"The license {licenseId}",
            async () =>
            {
                if (await RowAsync(licenseId, cancellationToken).ConfigureAwait(false) is not { } row)
                {
                    return (true, null);
                }

                var before = DirectoryRow.Read(row);
                var after = change(before);
                rows.UnionWith(LicenseIndex.RowsOf(before));
                if (ReferenceEquals(before, after))
                {
                    return (true, before);
                }

                var added = LicenseIndex.RowsOf(after).Except(LicenseIndex.RowsOf(before)).ToList();
                rows.UnionWith(added);
                revision = DirectoryRow.RevisionOf(row) + 1;
                if (!IsShownAlike(before, after))
                {
                    announced = await lists.AnnounceAsync(after.TenantId, licenseId, announced, cancellationToken).ConfigureAwait(false);
                }

                return (
                    await index.PutBeforeAsync(
                        added,
                        () => tables.TryReplaceAsync(TableKeys.Licenses, DirectoryRow.Of(after, revision), row, cancellationToken),
                        cancellationToken).ConfigureAwait(false),
                    after);
            },
            cancellationToken).ConfigureAwait(false);
        if (changed is { Deleted: false } && announced is not null)
        {
            var note = new ListNote { License = changed, Revision = revision };
            await lists.NoteAsync(changed.TenantId, licenseId, note, announced).ConfigureAwait(false);
        }

        if (changed is not null)
        {
            await ClearUpAsync(licenseId, rows.Except(LicenseIndex.RowsOf(changed))).ConfigureAwait(false);
        }

        return changed;
    }

    /// <inheritdoc/>
    public async ValueTask<LicenseRecord?> FindAsync(string licenseId, CancellationToken cancellationToken) =>
        await RowAsync(licenseId, cancellationToken).ConfigureAwait(false) is { } row ? DirectoryRow.Read(row) : null;

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
    public async ValueTask<Page<ListedLicense>> ListAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var (list, table) = tenantId is null ? (List, TableKeys.LiveLicenses) : ($"{List} of {tenantId}", TableKeys.Tenants);
        var most = Math.Min(limit, Page<LicenseRecord>.MaxSize);
        var after = cursor is null ? "" : PageCursor.Read(list, cursor);
        var found = new List<ListedLicense>();
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

        return new Page<ListedLicense>(
            [.. found.Take(most)], found.Count > most ? PageCursor.After(list, TableKeys.Text(found[most - 1].Id)) : null);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LicenseRecord>> WalkAsync(
        string? tenantId, string? afterId, int limit, CancellationToken cancellationToken)
    {
        var after = afterId is null ? "" : TableKeys.Text(afterId);
        if (tenantId is null)
        {
            var rows = await tables.QueryAsync(
                TableKeys.Licenses, TableClient.CreateQueryFilter($"PartitionKey gt {after}"), limit, cancellationToken)
                .ConfigureAwait(false);
            return rows.ConvertAll(DirectoryRow.Read);
        }

        // The deleted ones last: one that is deleted meanwhile is among both, and never among none.
        var live = await TenantAsync(TableKeys.Text(tenantId), after, limit, cancellationToken).ConfigureAwait(false);
        var deleted = await TenantAsync(TableKeys.DeletedOf(tenantId), after, limit, cancellationToken).ConfigureAwait(false);
        return
        [
            .. live.UnionBy(deleted, license => license.Id).OrderBy(license => TableKeys.Text(license.Id), StringComparer.Ordinal)
                .Take(limit),
        ];
    }

    /// <inheritdoc/>
    public ValueTask NoteFeaturesAsync(LicenseFeatures features, CancellationToken cancellationToken) =>
        _notes.WriteAsync(features, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MetricHolder>> HoldersAsync(
        string tenantId, string featureCode, bool haveNow, int most, CancellationToken cancellationToken) =>
        _notes.FindAsync(tenantId, featureCode, haveNow, most, cancellationToken);

    // The next licenses that a partition of the tenants' index leads to, with all that the directory says of them.
    private async ValueTask<List<LicenseRecord>> TenantAsync(string tenant, string after, int limit, CancellationToken cancellationToken)
    {
        var found = new List<LicenseRecord>();
        while (found.Count < limit)
        {
            // Again for those that led nowhere.
            var asked = limit - found.Count;
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {tenant} and RowKey gt {after}");
            var rows = await tables.QueryAsync(TableKeys.Tenants, filter, asked, cancellationToken).ConfigureAwait(false);
            var led = rows.ConvertAll(row => LicenseIndex.Read(TableKeys.Tenants, row));
            var licenses = await tables.FindEachAsync(
                TableKeys.Licenses, led.Select(row => (TableKeys.Text(row.LicenseId), TableKeys.LicenseRow)), cancellationToken)
                .ConfigureAwait(false);
            for (var i = 0; i < rows.Count; i++)
            {
                if (licenses[i] is { } row && DirectoryRow.Read(row) is var license && led[i].LeadsTo(license))
                {
                    found.Add(license);
                }
                else
                {
                    await index.CleanAsync(TableKeys.Tenants, rows[i], cancellationToken).ConfigureAwait(false);
                }
            }

            if (rows.Count < asked)
            {
                break;
            }

            after = rows[^1].RowKey;
        }

        return found;
    }

    // What an index's rows show of the licenses to which they lead, in their order.
    private async ValueTask<List<ListedLicense>> LicensesOfAsync(
        string table, List<TableEntity> rows, CancellationToken cancellationToken)
    {
        var listed = new List<ListedLicense>(rows.Count);
        foreach (var part in rows.Chunk(MaxConcurrent))
        {
            var found = await Task.WhenAll(part.Select(row => ListNotes.Read(row) is { } noted
                ? Task.FromResult<ListedLicense?>(noted)
                : LookAsync(table, row, cancellationToken))).ConfigureAwait(false);
            listed.AddRange(found.OfType<ListedLicense>());
        }

        return listed;
    }

    // The license itself, of which a row says nothing that can be believed; null when the row leads nowhere.
    private async Task<ListedLicense?> LookAsync(string table, TableEntity row, CancellationToken cancellationToken)
    {
        var led = LicenseIndex.Read(table, row);
        if (await RowAsync(led.LicenseId, cancellationToken).ConfigureAwait(false) is not { } found
            || DirectoryRow.Read(found) is var license && !led.LeadsTo(license))
        {
            await index.CleanAsync(table, row, cancellationToken).ConfigureAwait(false);
            return null;
        }

        var (isIntact, state) = await partition.TryReadAsync(license.Id, cancellationToken).ConfigureAwait(false);
        if (!isIntact)
        {
            // Shown without its standing, so that it holds up no other; whoever needs that is told what is wrong.
            return ListedLicense.Of(license, null);
        }

        var note = new ListNote { License = license, Revision = DirectoryRow.RevisionOf(found), State = state };
        await lists.MendAsync(table, row, note, cancellationToken).ConfigureAwait(false);
        return ListedLicense.Of(license, state is null ? null : LicenseAnswer.Of(state));
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

    private static bool IsShownAlike(LicenseRecord before, LicenseRecord after) =>
        before.Deleted == after.Deleted && before.Metadata?.GetRawText() == after.Metadata?.GetRawText();
}
