using System.Globalization;
using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using MeterFunctions.Storage;
using Metering;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Licenses;

/// <summary>Reads the evidence: of each license one row for each command.</summary>
internal sealed class TableLedger(MeterTables tables, LicensePartition partition, HostClock clock, MeterRules rules) : ILedger
{
    /// <summary>
    /// Most rows that one page looks at. Where few of them pass the filter, the page is short and has a cursor to go on from.
    /// </summary>
    public const int MaxRows = 5_000;

    /// <inheritdoc/>
    public async ValueTask<Page<LedgerEntry>> EntriesAsync(string licenseId, LedgerQuery query, CancellationToken cancellationToken)
    {
        var list = "ledger " + licenseId;
        var (row, after) = query.Cursor is { } cursor ? Place(PageCursor.Read(list, cursor)) : (0, 0);
        var found = new List<LedgerEntry>();
        var looked = 0;
        var pageSize = Math.Min(query.Limit + 1, Page<LedgerEntry>.MaxSize);
        var rows = StoredAsync(licenseId, row, query.From, query.To, pageSize, cancellationToken);
        await foreach (var stored in rows.ConfigureAwait(false))
        {
            foreach (var entry in EvidenceRow.Read(stored).Where(entry => entry.Sequence > after && query.Wants(entry)))
            {
                if (found.Count == query.Limit)
                {
                    return new Page<LedgerEntry>(found, PageCursor.After(list, Place(row, after)));
                }

                found.Add(entry);
                (row, after) = (First(stored), entry.Sequence);
            }

            if (++looked == MaxRows)
            {
                return new Page<LedgerEntry>(found, PageCursor.After(list, Place(First(stored), stored.GetInt64(Columns.Last)!.Value)));
            }
        }

        return new Page<LedgerEntry>(found, null);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ClosedDay>> RollupsAsync(
        string licenseId, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        if (from > to)
        {
            return [];
        }

        // The state comes first: a day that leaves it in the meantime is a row by then.
        var state = (await partition.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false))?.State;
        var rows = await DaysAsync(licenseId, TableKeys.DayRows(from), TableKeys.After(TableKeys.DayRows(to)), cancellationToken)
            .ConfigureAwait(false);
        var days = rows.ToDictionary(day => (day.Rollup.Day, day.FeatureCode));
        foreach (var meter in state?.Meters ?? [])
        {
            foreach (var day in meter.Days.Where(day => day.Day >= from && day.Day <= to))
            {
                days.TryAdd((day.Day, meter.Feature.Code), new ClosedDay(meter.Feature.Code, day));
            }
        }

        return [.. days.Values.OrderBy(day => day.Rollup.Day).ThenBy(day => day.FeatureCode, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> KeptFromAsync(string licenseId, CancellationToken cancellationToken)
    {
        if (await partition.ReadSnapshotAsync(licenseId, cancellationToken).ConfigureAwait(false) is not { } snapshot)
        {
            return null;
        }

        var days = new DateTimeOffset(snapshot.DaysFrom.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return snapshot.Evidence?.State.LastSeen is { } last && last >= days ? last.AddMilliseconds(1) : days;
    }

    /// <inheritdoc/>
    public async ValueTask<Page<FeaturePeriod>> PeriodsAsync(
        string licenseId, PeriodQuery query, CancellationToken cancellationToken)
    {
        // The state comes first, as with days.
        var after = query.After();
        var state = (await partition.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false))?.State;
        if (state is null || query.From >= query.To)
        {
            return new Page<FeaturePeriod>([], null);
        }

        var now = await clock.ReadAsync(cancellationToken).ConfigureAwait(false);
        var stored = new List<FeaturePeriod>();
        DateOnly? last = null;
        var rows = RangeAsync(
            licenseId, TableKeys.PeriodRows(Day(after?.Period.End ?? query.From)), TableKeys.After(TableKeys.PeriodRows(Day(query.To))),
            cancellationToken);
        await foreach (var row in rows.ConfigureAwait(false))
        {
            // Rows are in the order of days and not of ends, so a part is full at the end of a day only.
            var records = LicenseRows.ReadPeriods(row);
            var day = Day(records[0].Period.End!.Value);
            if (stored.Count > Page<FeaturePeriod>.MaxSize && day != last)
            {
                break;
            }

            last = day;
            stored.AddRange(records.Where(record => query.Wants(record, after)));
        }

        return query.PageOf(stored, LicenseMeter.Periods(state, now, rules));
    }

    /// <summary>The rows of evidence as they lie there, damaged or not, in the order of their keys; for whoever verifies them.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="first">Number of the first entry.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<TableEntity> StoredAsync(string licenseId, long first, CancellationToken cancellationToken) =>
        StoredAsync(licenseId, first, null, null, Page<LedgerEntry>.MaxSize, cancellationToken);

    /// <summary>The rows of rollups that have left the license's state, as they lie there, in the order of their days.</summary>
    public IAsyncEnumerable<TableEntity> StoredDaysAsync(string licenseId, CancellationToken cancellationToken) =>
        RangeAsync(licenseId, TableKeys.DayPrefix, TableKeys.After(TableKeys.DayPrefix), cancellationToken);

    /// <summary>The rows of periods' records that have left it, as they lie there, in the order of the days on which they ended.</summary>
    public IAsyncEnumerable<TableEntity> StoredPeriodsAsync(string licenseId, CancellationToken cancellationToken) =>
        RangeAsync(licenseId, TableKeys.PeriodPrefix, TableKeys.After(TableKeys.PeriodPrefix), cancellationToken);

    /// <summary>The rows by which commands are remembered, as they lie there: one for each key, event id and submission.</summary>
    // The two kinds of identities lie side by side.
    public IAsyncEnumerable<TableEntity> RememberedAsync(string licenseId, CancellationToken cancellationToken) =>
        RangeAsync(licenseId, TableKeys.IdentityPrefix, TableKeys.After(TableKeys.SubmissionPrefix), cancellationToken);

    private async IAsyncEnumerable<TableEntity> RangeAsync(
        string licenseId, string from, string before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var key = TableKeys.Text(licenseId);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey ge {from} and RowKey lt {before}");
        var table = await tables.OpenAsync(TableKeys.Meters).ConfigureAwait(false);
        await foreach (var row in table.QueryAsync<TableEntity>(filter, Page<LedgerEntry>.MaxSize, null, cancellationToken)
            .ConfigureAwait(false))
        {
            yield return row;
        }
    }

    /// <summary>The rows of evidence that were written in a span of time, in the order of their keys.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="first">The number of the first entry, which begins a row; 0: the license's first.</param>
    /// <param name="from">Written at or after, UTC.</param>
    /// <param name="to">Written before, UTC.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<TableEntity> StoredAsync(
        string licenseId, long first, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        StoredAsync(licenseId, first, from, to, Page<LedgerEntry>.MaxSize, cancellationToken);

    private async IAsyncEnumerable<TableEntity> StoredAsync(
        string licenseId, long first, DateTimeOffset? from, DateTimeOffset? to, int pageSize,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var table = await tables.OpenAsync(TableKeys.Meters).ConfigureAwait(false);
        if (from is { } since)
        {
            first = await LedgerSearch.FirstAsync(table, licenseId, first, since, cancellationToken).ConfigureAwait(false);
        }

        var (key, end) = (TableKeys.Text(licenseId), TableKeys.After(TableKeys.EntryPrefix));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey ge {TableKeys.Entry(first)} and RowKey lt {end}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, pageSize, null, cancellationToken).ConfigureAwait(false))
        {
            // All entries of a command have the same time, so the row's says it for each of them.
            var at = row.GetDateTimeOffset(Columns.At);
            if (at >= to)
            {
                yield break;
            }

            if (!(at < from))
            {
                yield return row;
            }
        }
    }

    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    private async ValueTask<IReadOnlyList<ClosedDay>> DaysAsync(
        string licenseId, string from, string to, CancellationToken cancellationToken)
    {
        var key = TableKeys.Text(licenseId);
        var rows = await tables.QueryAsync(
            TableKeys.Meters,
            TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey ge {from} and RowKey lt {to}"),
            int.MaxValue,
            cancellationToken).ConfigureAwait(false);
        return [.. rows.SelectMany(row => LicenseRows.ReadDay(row))];
    }

    private static long First(TableEntity row) => TableKeys.TryEntryNumber(row.RowKey, out var first)
        ? first
        : throw new InvalidDataException($"The row {row.RowKey} lies among the entries and is none.");

    // A page may end within the entries of a command, whose row is found by the number of the first one.
    private static string Place(long row, long entry) => string.Create(CultureInfo.InvariantCulture, $"{row}.{entry}");

    private static (long Row, long Entry) Place(string place)
    {
        var dot = place.IndexOf('.', StringComparison.Ordinal);
        return dot > 0
            && long.TryParse(place.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var row)
            && long.TryParse(place.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var entry)
                ? (row, entry)
                : throw new FormatException("The cursor is none of this list.");
    }
}
