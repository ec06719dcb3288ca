using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Entities;
using Metering;
using Columns = MeterFunctions.Storage.LedgerWriter.Columns;

namespace MeterFunctions.Storage;

/// <summary>Reads the evidence. What is not committed in the license's state is not evidence yet, and not shown.</summary>
internal sealed class TableLedger(MeterTables tables, CounterReader states) : ILedger
{
    private const string List = "ledger";

    /// <inheritdoc/>
    public async ValueTask<Page<LedgerEntry>> EntriesAsync(string licenseId, LedgerQuery query, CancellationToken cancellationToken)
    {
        var first = 1L;
        if (query.Cursor is { } cursor)
        {
            first = PageCursor.ReadNumber(List, cursor) + 1;
        }

        // Rows above it are of an attempt that has not committed, and may be taken away.
        var sequence = await states.SequenceAsync(licenseId, cancellationToken).ConfigureAwait(false) ?? 0;
        var rows = await tables.QueryAsync(TableKeys.Ledger, Filter(licenseId, query, first, sequence), query.Limit + 1, cancellationToken)
            .ConfigureAwait(false);
        var entries = rows.Take(query.Limit).Select(Entry).ToList();
        var next = rows.Count > query.Limit ? PageCursor.After(List, entries[^1].Sequence) : null;
        return new Page<LedgerEntry>(entries, next);
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
        var state = (await states.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false))?.License;
        var partition = TableKeys.Text(licenseId);
        var rows = await tables.QueryAsync(
            TableKeys.Ledger,
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {partition} and RowKey ge {TableKeys.RollupDay(from)} and RowKey lt {TableKeys.After(TableKeys.RollupDay(to))}"),
            int.MaxValue,
            cancellationToken).ConfigureAwait(false);

        var days = rows.Select(row => new ClosedDay(row.GetString(Columns.Feature), Rollup(row)))
            .ToDictionary(day => (day.Rollup.Day, day.FeatureCode));

        // Open days over rows of the same day: such a row is of an attempt that has not committed, and does not count.
        foreach (var meter in state?.Meters ?? [])
        {
            foreach (var day in meter.Days.Where(day => day.Day >= from && day.Day <= to))
            {
                days[(day.Day, meter.Feature.Code)] = new ClosedDay(meter.Feature.Code, day);
            }
        }

        return [.. days.Values.OrderBy(day => day.Rollup.Day).ThenBy(day => day.FeatureCode, StringComparer.Ordinal)];
    }

    /// <summary>All rollups that have left the license's state.</summary>
    public async ValueTask<IReadOnlyList<ClosedDay>> ClosedDaysAsync(string licenseId, CancellationToken cancellationToken)
    {
        var (partition, from, to) = (TableKeys.Text(licenseId), TableKeys.RollupPrefix, TableKeys.After(TableKeys.RollupPrefix));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}");
        var rows = await tables.QueryAsync(TableKeys.Ledger, filter, int.MaxValue, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new ClosedDay(row.GetString(Columns.Feature), Rollup(row)))];
    }

    /// <summary>The rows of entries as they lie there, damaged or not, in the order of their keys; for whoever verifies them.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="sequence">The last committed entry.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<IReadOnlyList<TableEntity>> StoredEntriesAsync(
        string licenseId, long sequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (partition, from, to) = (TableKeys.Text(licenseId), TableKeys.EntryPrefix, TableKeys.Entry(sequence));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey le {to}");
        var table = await tables.OpenAsync(TableKeys.Ledger).ConfigureAwait(false);
        var pages = table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).AsPages();
        await foreach (var page in pages.ConfigureAwait(false))
        {
            yield return page.Values;
        }
    }

    /// <summary>How many committed commands are remembered, by their rows: one for each key and each event id.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="sequence">The last committed entry.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<long> CountRememberedAsync(string licenseId, long sequence, CancellationToken cancellationToken)
    {
        var (partition, from, to) = (TableKeys.Text(licenseId), TableKeys.IdentityPrefix, TableKeys.After(TableKeys.IdentityPrefix));
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to} and Sequence le {sequence}");
        var table = await tables.OpenAsync(TableKeys.Ledger).ConfigureAwait(false);
        var count = 0L;
        var pages = table.QueryAsync<TableEntity>(filter, null, [nameof(TableEntity.RowKey)], cancellationToken).AsPages();
        await foreach (var page in pages.ConfigureAwait(false))
        {
            count += page.Values.Count;
        }

        return count;
    }

    private static string Filter(string licenseId, LedgerQuery query, long first, long last)
    {
        var partition = TableKeys.Text(licenseId);
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and RowKey ge {TableKeys.Entry(first)} and RowKey le {TableKeys.Entry(last)}");
        if (query.From is { } from)
        {
            filter += " and " + TableClient.CreateQueryFilter($"At ge {from}");
        }

        if (query.To is { } to)
        {
            filter += " and " + TableClient.CreateQueryFilter($"At lt {to}");
        }

        if (query.FeatureCode is { } feature)
        {
            filter += " and " + TableClient.CreateQueryFilter($"Feature eq {feature}");
        }

        if (query.BalanceUnit is { } unit)
        {
            filter += " and " + TableClient.CreateQueryFilter($"Unit eq {unit}");
        }

        return filter;
    }

    private static LedgerEntry Entry(TableEntity row) =>
        JsonSerializer.Deserialize(LongText.Get(row, Columns.Body)!, MeteringJson.Default.LedgerEntry)!;

    private static DayRollup Rollup(TableEntity row) =>
        JsonSerializer.Deserialize(LongText.Get(row, Columns.Body)!, MeteringJson.Default.DayRollup)!;
}
