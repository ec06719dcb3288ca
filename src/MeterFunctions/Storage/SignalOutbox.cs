using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Entities;
using Metering;
using Columns = MeterFunctions.Storage.LedgerWriter.Columns;

namespace MeterFunctions.Storage;

/// <summary>The signals of a license that wait to be delivered (rule 11): rows beside its ledger, written in the same transaction.</summary>
internal sealed class SignalOutbox(MeterTables tables, CounterReader states)
{
    /// <summary>Signals in their order, only those whose cause is committed.</summary>
    public async ValueTask<IReadOnlyList<Signal>> ReadAsync(string licenseId, int most, CancellationToken cancellationToken)
    {
        var sequence = await states.SequenceAsync(licenseId, cancellationToken).ConfigureAwait(false) ?? 0;
        var rows = await tables.QueryAsync(
            TableKeys.Ledger,
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {TableKeys.Text(licenseId)} and RowKey ge {TableKeys.SignalPrefix} and RowKey lt {TableKeys.SignalsOf(sequence + 1)}"),
            most,
            cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => JsonSerializer.Deserialize(LongText.Get(row, Columns.Body)!, MeteringJson.Default.Signal)!)];
    }

    /// <summary>Takes out a signal that was delivered.</summary>
    public ValueTask RemoveAsync(Signal signal, CancellationToken cancellationToken) => tables.DeleteAsync(
        TableKeys.Ledger, TableKeys.Text(signal.LicenseId), TableKeys.Signal(signal.Sequence, signal.Ordinal), cancellationToken);
}
