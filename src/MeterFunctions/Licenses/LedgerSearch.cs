using Azure.Data.Tables;
using MeterFunctions.Storage;
using Metering;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Licenses;

/// <summary>
/// Finds where a time lies among a license's rows of evidence. The time is in no key, so a query by it alone reads all rows before it: of
/// a license with a command a second, 34 million in 400 days. But it rises with the number, which is the key.
/// </summary>
internal static class LedgerSearch
{
    /// <summary>So many numbers are not worth another step: a page of the storage has as many rows.</summary>
    public const long Near = Page<LedgerEntry>.MaxSize;

    private static readonly string[] Searched = ["RowKey", Columns.At];

    /// <summary>A number that no row from a time on comes before, and at most <see cref="Near"/> less than the first of them.</summary>
    /// <param name="table">The licenses' table.</param>
    /// <param name="licenseId">The license.</param>
    /// <param name="first">The first number that is asked for.</param>
    /// <param name="from">The time, UTC.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async ValueTask<long> FirstAsync(
        TableClient table, string licenseId, long first, DateTimeOffset from, CancellationToken cancellationToken)
    {
        // In steps that double, because nobody knows how many rows there are; then by halves.
        var (low, step) = (first, Near);
        while (await LastBeforeAsync(low + step).ConfigureAwait(false) is { } earlier)
        {
            (low, step) = (earlier + 1, step * 2);
        }

        for (var high = low + step; high - low > Near;)
        {
            var middle = low + ((high - low) / 2);
            if (await LastBeforeAsync(middle).ConfigureAwait(false) is { } earlier)
            {
                low = earlier + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;

        // The number of the row at a place, or of the next one, where that is from before the time; null where it is not, or there is none.
        async ValueTask<long?> LastBeforeAsync(long number)
        {
            var (key, end) = (TableKeys.Text(licenseId), TableKeys.After(TableKeys.EntryPrefix));
            var filter = TableClient.CreateQueryFilter(
                $"PartitionKey eq {key} and RowKey ge {TableKeys.Entry(number)} and RowKey lt {end}");
            await foreach (var row in table.QueryAsync<TableEntity>(filter, 1, Searched, cancellationToken).ConfigureAwait(false))
            {
                return row.GetDateTimeOffset(Columns.At) < from && TableKeys.TryEntryNumber(row.RowKey, out var found) ? found : null;
            }

            return null;
        }
    }
}
