using System.Collections.Immutable;
using Azure.Data.Tables;
using Grpc.Core;
using MeterFunctions.Hosting;
using MeterFunctions.Licenses;
using MeterFunctions.Orchestrations;
using MeterFunctions.Storage;
using Metering;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Webhooks;

/// <summary>
/// Signals on their way out of their licenses (rule 11). They are rows of the transaction that counted what they tell of. An intent,
/// written before it in a place of its own, makes sure that they are found when the instance ends before it has told anybody.
/// </summary>
internal sealed class SignalOutbox(MeterTables tables, DurableClients clients, TimeProvider time, ILogger<SignalOutbox> logger)
{
    private const string LicenseId = "LicenseId";
    private const string At = "At";

    // Fewer than a transaction has rows, so that they are also removed in one.
    private const int MaxRead = 50;

    /// <summary>Before a commit with signals: says that there may be some of this license.</summary>
    public ValueTask IntendAsync(string licenseId, CancellationToken cancellationToken) => tables.PutAsync(
        TableKeys.Intents,
        new TableEntity(TableKeys.IntentBucket(licenseId), TableKeys.Text(licenseId))
        {
            [LicenseId] = licenseId,
            [At] = time.GetUtcNow(),
        },
        cancellationToken);

    /// <summary>After it: has them delivered at once. It need not succeed; the intent stays.</summary>
    public async ValueTask NudgeAsync(string licenseId)
    {
        try
        {
            var client = await clients.GetAsync(CancellationToken.None).ConfigureAwait(false);
            await client.Entities.SignalEntityAsync(SignalDelivery.IdOf(licenseId), SignalDelivery.Deliver).ConfigureAwait(false);
        }
        catch (RpcException fault)
        {
            logger.NudgeFailed(fault, licenseId);
        }
    }

    /// <summary>The next signals of a license, by the row that holds them, in order.</summary>
    public async ValueTask<IReadOnlyList<(string RowKey, ImmutableArray<Signal> Signals)>> ReadAsync(
        string licenseKey, CancellationToken cancellationToken)
    {
        var (from, to) = (TableKeys.OutboxPrefix, TableKeys.After(TableKeys.OutboxPrefix));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {licenseKey} and RowKey ge {from} and RowKey lt {to}");
        var rows = await tables.QueryAsync(TableKeys.Meters, filter, MaxRead, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => (row.RowKey, LicenseRows.ReadSignals(row)))];
    }

    /// <summary>Removes rows whose signals have been taken over.</summary>
    public ValueTask RemoveAsync(string licenseKey, IEnumerable<string> rowKeys, CancellationToken cancellationToken) =>
        tables.DeleteAllAsync(TableKeys.Meters, licenseKey, rowKeys, cancellationToken);
}
