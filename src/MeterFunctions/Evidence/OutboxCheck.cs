using Azure.Data.Tables;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using MeterFunctions.Webhooks;

namespace MeterFunctions.Evidence;

/// <summary>Whether the signals that wait in a license's outbox can be read, and will be found by the sweep that delivers them.</summary>
internal sealed class OutboxCheck(MeterTables tables, LicenseIndex index)
{
    /// <summary>What is wrong with the first ones that wait, in words for an operator.</summary>
    /// <param name="licenseId">The license.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<IReadOnlyList<string>> OfAsync(string licenseId, CancellationToken cancellationToken)
    {
        var key = TableKeys.Text(licenseId);
        var (from, to) = (TableKeys.OutboxPrefix, TableKeys.After(TableKeys.OutboxPrefix));
        var rows = await tables.QueryAsync(
            TableKeys.Meters,
            TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey ge {from} and RowKey lt {to}"),
            SignalOutbox.MaxRead,
            cancellationToken).ConfigureAwait(false);
        var differences = new List<string>();
        foreach (var row in rows)
        {
            if (Damage.Of(() => _ = LicenseRows.ReadSignals(row)) is { } fault)
            {
                differences.Add($"{licenseId}: signals that wait in row {row.RowKey} cannot be read: {fault}");
            }
        }

        // An intent is there before its signals and goes after them. So the row is looked for once more: it may have been delivered.
        if (rows is [var first, ..] && index.IsLeftover(first)
            && await tables.FindAsync(TableKeys.Intents, TableKeys.IntentBucket(licenseId), key, cancellationToken)
                .ConfigureAwait(false) is null
            && await tables.FindAsync(TableKeys.Meters, key, first.RowKey, cancellationToken).ConfigureAwait(false) is not null)
        {
            differences.Add($"{licenseId}: signals wait since row {first.RowKey}, and nothing leads the sweep to them");
        }

        return differences;
    }
}
