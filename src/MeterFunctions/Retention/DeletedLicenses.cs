using Azure.Data.Tables;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Retention;

/// <summary>
/// Removes a deleted license whose evidence has gone: what leads to it, its partition, and its row in the directory. Its state goes last of
/// the partition and only as it was read, so a commit that comes in between keeps it; the directory's row goes last of all, because the
/// sweep finds the license by it.
/// </summary>
internal sealed class DeletedLicenses(MeterTables tables, RowPages pages, LicenseIndex index)
{
    private readonly FeatureNotes _notes = new(tables);

    /// <summary>Removes the license if it was deleted. All its evidence must have gone before.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="budget">The run's requests.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>False when there is more to do.</returns>
    public async ValueTask<bool> RemoveAsync(string licenseId, RequestBudget budget, CancellationToken cancellationToken)
    {
        var key = TableKeys.Text(licenseId);
        budget.Spend();
        var state = await tables.FindAsync(TableKeys.Meters, key, TableKeys.StateRow, cancellationToken).ConfigureAwait(false);
        if (state is not null && !LicenseRows.ReadState(state, readAt: 0).State.Deleted)
        {
            return true;
        }

        budget.Spend();
        var license = await tables.FindAsync(TableKeys.Licenses, key, TableKeys.LicenseRow, cancellationToken).ConfigureAwait(false);
        if (license is null || !DirectoryRow.Read(license).Deleted)
        {
            // Its deletion has broken off, and is finished when it is repeated; or it is being made.
            return true;
        }

        if (state is not null && await RemovePartitionAsync(key, state, budget, cancellationToken).ConfigureAwait(false) is { } stopped)
        {
            return stopped;
        }

        foreach (var row in LicenseIndex.RowsOf(DirectoryRow.Read(license) with { Deleted = false }))
        {
            budget.Spend();
            if (await tables.FindAsync(row.Table, row.Partition, row.Row, cancellationToken).ConfigureAwait(false) is { } leftover)
            {
                await index.CleanAsync(row.Table, leftover, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var row in LicenseIndex.RowsOf(DirectoryRow.Read(license)))
        {
            budget.Spend();
            await tables.DeleteAsync(row.Table, row.Partition, row.Row, cancellationToken).ConfigureAwait(false);
        }

        budget.Spend();
        await tables.TryDeleteAsync(TableKeys.Licenses, license, cancellationToken).ConfigureAwait(false);
        return true;
    }

    // Null when it has gone; else whether the rest has to wait for something.
    private async ValueTask<bool?> RemovePartitionAsync(
        string key, TableEntity state, RequestBudget budget, CancellationToken cancellationToken)
    {
        var (stateRow, snapshotRow) = (TableKeys.StateRow, TableKeys.SnapshotRow);
        var rest = TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey ne {stateRow} and RowKey ne {snapshotRow}");
        string? from = null;
        while (true)
        {
            budget.Spend();
            var (rows, next) = await pages.ReadKeysAsync(TableKeys.Meters, rest, from, cancellationToken).ConfigureAwait(false);
            if (rows.Any(row => row.RowKey.StartsWith(TableKeys.OutboxPrefix, StringComparison.Ordinal)))
            {
                // Nobody was told of them yet; the sweep of signals has it done.
                return true;
            }

            if (rows.Count == 0 && next is null)
            {
                break;
            }

            // A page may be empty although more come. Of one that was not, some rows may still be there, so the next look begins anew.
            from = rows.Count == 0 ? next : null;
            if (rows.Count > 0)
            {
                budget.Spend();
                await pages.TryDeleteAsync(TableKeys.Meters, rows, cancellationToken).ConfigureAwait(false);
            }

            if (budget.IsSpent)
            {
                return false;
            }
        }

        // By which its tenant's events find it. They are told by its state, so they go before it; events that it may have counted are
        // forgotten by now.
        budget.Spend();
        var features = LicenseFeatures.Of(LicenseRows.ReadState(state, readAt: 0).State);
        await _notes.RemoveAsync(features, cancellationToken).ConfigureAwait(false);
        budget.Spend();
        var snapshot = await tables.FindAsync(TableKeys.Meters, key, TableKeys.SnapshotRow, cancellationToken).ConfigureAwait(false);
        budget.Spend();
        TableEntity[] last = snapshot is null ? [state] : [state, snapshot];
        return await pages.TryDeleteAsync(TableKeys.Meters, last, cancellationToken).ConfigureAwait(false) ? null : true;
    }
}
