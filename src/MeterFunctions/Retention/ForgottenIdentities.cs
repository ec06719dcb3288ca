using Azure.Data.Tables;
using MeterFunctions.Storage;

namespace MeterFunctions.Retention;

/// <summary>Removes rows by which commands were remembered, once their memory is over.</summary>
/// <remarks>
/// They are looked for by their own time, and not by the evidence that names them: a row may have been replaced when its key counted again,
/// so it must be read before it goes, and to read a range costs a hundredth of reading them one by one.
/// </remarks>
internal sealed class ForgottenIdentities(RowPages pages)
{
    /// <summary>Removes rows of a range.</summary>
    /// <param name="licenseKey">The license's partition.</param>
    /// <param name="keys">Where the range begins, and the least key after it.</param>
    /// <param name="last">The time of the last row that is over.</param>
    /// <param name="from">Where it goes on, as the run before said; null at the beginning.</param>
    /// <param name="budget">The run's requests.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Where the next run goes on, empty at the beginning; null when nothing is left.</returns>
    public async ValueTask<string?> RemoveAsync(
        string licenseKey, (string From, string To) keys, DateTimeOffset last, string? from, RequestBudget budget,
        CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {licenseKey} and RowKey ge {keys.From} and RowKey lt {keys.To} and At le {last}");

        // Once at least, whatever is left of the budget: a run that did nothing would have to be made again for ever.
        do
        {
            budget.Spend();
            var (rows, next) = await pages.ReadKeysAsync(TableKeys.Meters, filter, from, cancellationToken).ConfigureAwait(false);
            if (rows.Count > 0)
            {
                budget.Spend();
                if (!await pages.TryDeleteAsync(TableKeys.Meters, rows, cancellationToken).ConfigureAwait(false))
                {
                    // A key counted again, or another run was faster: the page is read again.
                    continue;
                }
            }

            if (next is null)
            {
                return null;
            }

            from = next;
        }
        while (!budget.IsSpent);

        return from ?? "";
    }
}
