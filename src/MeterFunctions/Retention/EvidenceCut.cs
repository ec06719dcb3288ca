using Azure.Data.Tables;
using MeterFunctions.Evidence;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Retention;

/// <summary>
/// Removes a license's oldest evidence, rollups and records of periods. First the snapshot is written, made of the rows and never of the
/// license's state, then the rows go that it stands for. Whoever dies in between leaves rows that count for nothing,
/// and that the next run removes.
/// </summary>
internal sealed class EvidenceCut(MeterTables tables, RowPages pages, RetentionMark mark)
{
    /// <summary>Most rows of evidence that one snapshot takes in.</summary>
    public const int MaxRows = 500;

    /// <summary>Removes what is over.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="cut">What is over.</param>
    /// <param name="budget">The run's requests; a snapshot that is begun is also finished.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<CutResult> RemoveAsync(
        string licenseId, RetentionCut cut, RequestBudget budget, CancellationToken cancellationToken)
    {
        var license = new License(licenseId, TableKeys.Text(licenseId), cut, budget);
        await ReadSnapshotAsync(license, cancellationToken).ConfigureAwait(false);

        // Once at least, as in each part: a run always gets on.
        do
        {
            // One row tells whether there is anything to do; nearly always there is not.
            budget.Spend();
            var (oldest, _) = await pages.ReadAsync(
                TableKeys.Meters, Entries(license, 0, null), null, 1, [nameof(TableEntity.RowKey), Columns.At], cancellationToken)
                .ConfigureAwait(false);
            if (oldest is not [var row])
            {
                return await DaysAsync(CutResult.NothingIsLeft).ConfigureAwait(false);
            }

            if (license.StandsFor(row))
            {
                await RemoveReplacedAsync(license, cancellationToken).ConfigureAwait(false);
            }
            else if (IsKept(row, cut))
            {
                return await DaysAsync(CutResult.SomeIsKept).ConfigureAwait(false);
            }
            else if (!await CutAsync(license, cancellationToken).ConfigureAwait(false))
            {
                // Another run was faster, and goes on.
                return CutResult.SomeIsKept;
            }
        }
        while (!budget.IsSpent);

        return CutResult.Stopped;

        async ValueTask<CutResult> DaysAsync(CutResult done)
        {
            var days = (TableKeys.DayPrefix, TableKeys.DayRows(cut.DaysFrom));
            var periods = (TableKeys.PeriodPrefix, TableKeys.PeriodRows(cut.DaysFrom));
            return await RemoveDaysAsync(license, days, cancellationToken).ConfigureAwait(false)
                && await RemoveDaysAsync(license, periods, cancellationToken).ConfigureAwait(false) ? done : CutResult.Stopped;
        }
    }

    // A row without a time is damaged, and goes with its neighbours.
    private static bool IsKept(TableEntity row, RetentionCut cut) => row.GetDateTimeOffset(Columns.At) >= cut.Evidence;

    private async ValueTask ReadSnapshotAsync(License license, CancellationToken cancellationToken)
    {
        license.Budget.Spend();
        license.Row = await tables.FindAsync(TableKeys.Meters, license.Key, TableKeys.SnapshotRow, cancellationToken).ConfigureAwait(false);
        license.Snapshot = license.Row is null ? null : LicenseSnapshot.Read(license.Row);
    }

    // False when the snapshot is not as it was read: the rows may be going by another run's.
    private async ValueTask<bool> TryWriteAsync(License license, LicenseSnapshot snapshot, CancellationToken cancellationToken)
    {
        // Nothing goes before its snapshot is written, and no snapshot is written before this.
        await mark.RaiseAsync(license.Cut.Evidence, cancellationToken).ConfigureAwait(false);
        license.Budget.Spend();
        var row = snapshot.ToRow(license.Id);
        var written = license.Row is { } read
            ? await tables.TryReplaceAsync(TableKeys.Meters, row, read, cancellationToken).ConfigureAwait(false)
            : await tables.TryAddAsync(TableKeys.Meters, row, cancellationToken).ConfigureAwait(false);
        if (written)
        {
            await ReadSnapshotAsync(license, cancellationToken).ConfigureAwait(false);
        }

        return written;
    }

    private async ValueTask<bool> CutAsync(License license, CancellationToken cancellationToken)
    {
        var replay = new LicenseReplay(license.Id, license.Snapshot, new Findings(license.Id));
        var filter = Entries(license, replay.Last + 1, null);
        var (rows, kept, from) = (0, false, (string?)null);
        do
        {
            license.Budget.Spend();
            (var page, from) = await pages.ReadAsync(TableKeys.Meters, filter, from, RowPages.MaxInTransaction, null, cancellationToken)
                .ConfigureAwait(false);
            foreach (var row in page)
            {
                kept |= IsKept(row, license.Cut);
                if (!kept && TableKeys.TryEntryNumber(row.RowKey, out var first))
                {
                    replay.Take(first, row);
                    rows++;
                }
            }
        }
        while (from is not null && !kept && rows + RowPages.MaxInTransaction <= MaxRows);

        // Where there is only what is no entry, it goes with the next one that does.
        if (rows == 0 || !await TryWriteAsync(license, replay.Snapshot(license.Cut.DaysFrom), cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        await RemoveReplacedAsync(license, cancellationToken).ConfigureAwait(false);
        return true;
    }

    // The rows that the snapshot stands for; strange ones among them too.
    private async ValueTask RemoveReplacedAsync(License license, CancellationToken cancellationToken)
    {
        var filter = Entries(license, 0, TableKeys.Entry((license.Snapshot?.Sequence ?? 0) + 1));
        while (await RemovePageAsync(license, filter, cancellationToken).ConfigureAwait(false))
        {
        }
    }

    // Rows that are found by a day: rollups, and records of the periods that ended on it.
    private async ValueTask<bool> RemoveDaysAsync(License license, (string From, string To) keys, CancellationToken cancellationToken)
    {
        // Without a snapshot nobody knows from which day on they are kept; it comes with the first entries, which are as old.
        var (from, to) = keys;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {license.Key} and RowKey ge {from} and RowKey lt {to}");
        if (license.Snapshot is null)
        {
            return true;
        }

        do
        {
            license.Budget.Spend();
            var (rows, _) = await pages.ReadKeysAsync(TableKeys.Meters, filter, null, cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0)
            {
                return true;
            }

            if (license.Snapshot.DaysFrom < license.Cut.DaysFrom)
            {
                var replay = new LicenseReplay(license.Id, license.Snapshot, new Findings(license.Id));
                if (!await TryWriteAsync(license, replay.Snapshot(license.Cut.DaysFrom), cancellationToken).ConfigureAwait(false))
                {
                    return true;
                }
            }

            license.Budget.Spend();
            await pages.TryDeleteAsync(TableKeys.Meters, rows, cancellationToken).ConfigureAwait(false);
        }
        while (!license.Budget.IsSpent && license.Snapshot is not null);

        return license.Snapshot is null;
    }

    private async ValueTask<bool> RemovePageAsync(License license, string filter, CancellationToken cancellationToken)
    {
        license.Budget.Spend();
        var (rows, next) = await pages.ReadKeysAsync(TableKeys.Meters, filter, null, cancellationToken).ConfigureAwait(false);
        if (rows.Count > 0)
        {
            license.Budget.Spend();
            await pages.TryDeleteAsync(TableKeys.Meters, rows, cancellationToken).ConfigureAwait(false);
        }

        return next is not null && !license.Budget.IsSpent;
    }

    private static string Entries(License license, long first, string? to)
    {
        var (from, end) = (TableKeys.Entry(first), to ?? TableKeys.After(TableKeys.EntryPrefix));
        return TableClient.CreateQueryFilter($"PartitionKey eq {license.Key} and RowKey ge {from} and RowKey lt {end}");
    }

    // The license of a run, with its snapshot as it was last read or written.
    private sealed class License(string id, string key, RetentionCut cut, RequestBudget budget)
    {
        public string Id { get; } = id;

        public string Key { get; } = key;

        public RetentionCut Cut { get; } = cut;

        public RequestBudget Budget { get; } = budget;

        public TableEntity? Row { get; set; }

        public LicenseSnapshot? Snapshot { get; set; }

        public bool StandsFor(TableEntity row) =>
            Snapshot is { } snapshot && string.CompareOrdinal(row.RowKey, TableKeys.Entry(snapshot.Sequence + 1)) < 0;
    }
}
