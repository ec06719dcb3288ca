using Azure.Data.Tables;
using MeterFunctions.Hosting;
using MeterFunctions.Licenses;
using MeterFunctions.Orchestrations;
using MeterFunctions.Storage;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Webhooks;

/// <summary>
/// Signals on their way out of their licenses (rule 11). They are rows of the transaction that counted what they tell of. An intent,
/// written before it in a place of its own, makes sure that they are found when the instance ends before it has told anybody.
/// </summary>
internal sealed class SignalOutbox(MeterTables tables, DurableClients clients, TimeProvider time, ILogger<SignalOutbox> logger)
{
    /// <summary>Most rows that are read at once.</summary>
    public const int MaxRead = 50;

    /// <summary>
    /// So old is an intent when its commit can come no more: the commit's deadline, and a while for a request that the storage has got and
    /// is slow to do.
    /// </summary>
    public static readonly TimeSpan MinAge = LicensePartition.CommitDeadline + TimeSpan.FromSeconds(30);

    // An answer waits for it, and the task hub may be slow where the tables are not. The sweep delivers what is not told in this time.
    private static readonly TimeSpan NudgeWait = TimeSpan.FromSeconds(2);

    private const int PageSize = 200;
    private const int MaxConcurrent = 16;

    /// <summary>Before a commit with signals: says that there may be some of this license.</summary>
    public ValueTask IntendAsync(string licenseId, CancellationToken cancellationToken) => tables.PutAsync(
        TableKeys.Intents, new TableEntity(TableKeys.IntentBucket(licenseId), TableKeys.Text(licenseId)), cancellationToken);

    /// <summary>After it: has them delivered at once. It need not succeed; the intent stays.</summary>
    public ValueTask NudgeAsync(string licenseId) => NudgeAsync(SignalDelivery.IdOf(licenseId));

    /// <summary>The next signals of a license, in order.</summary>
    public async ValueTask<IReadOnlyList<OutboxRow>> ReadAsync(string licenseKey, CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(licenseKey, MaxRead, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new OutboxRow(row.RowKey, row.Timestamp!.Value, LicenseRows.ReadSignals(row)))];
    }

    /// <summary>Removes rows whose signals have been taken over.</summary>
    public ValueTask RemoveAsync(string licenseKey, IEnumerable<string> rowKeys, CancellationToken cancellationToken) =>
        tables.DeleteAllAsync(TableKeys.Meters, licenseKey, rowKeys, cancellationToken);

    /// <summary>
    /// Goes through a page of intents. Of each that is old, the license's signals are announced again; when there are none, it goes, unless
    /// somebody has written it anew meanwhile.
    /// </summary>
    /// <param name="work">How far the sweep has come.</param>
    /// <param name="minAge">From which age on an intent counts as old.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<SweepWork> SweepAsync(SweepWork work, TimeSpan minAge, CancellationToken cancellationToken)
    {
        var client = await tables.OpenAsync(TableKeys.Intents).ConfigureAwait(false);

        // The buckets lie one after the other, so that one request finds all of them empty.
        await foreach (var page in client.QueryAsync<TableEntity>(cancellationToken: cancellationToken)
            .AsPages(work.From, PageSize).ConfigureAwait(false))
        {
            // Both stamps are the storage's, so no instance's clock makes an intent older than it is.
            var now = page.GetRawResponse().Headers.Date ?? time.GetUtcNow();
            foreach (var part in page.Values.Where(intent => intent.Timestamp + minAge <= now).Chunk(MaxConcurrent))
            {
                await Task.WhenAll(part.Select(intent => FollowAsync(intent, cancellationToken))).ConfigureAwait(false);
            }

            return new SweepWork(page.ContinuationToken, work.FoundAny || page.Values.Count > 0);
        }

        return work with { From = null };
    }

    private async Task FollowAsync(TableEntity intent, CancellationToken cancellationToken)
    {
        var waiting = await RowsAsync(intent.RowKey, 1, cancellationToken).ConfigureAwait(false);
        if (waiting.Count > 0)
        {
            await NudgeAsync(SignalDelivery.OfKey(intent.RowKey)).ConfigureAwait(false);
        }
        else
        {
            await tables.TryDeleteAsync(TableKeys.Intents, intent, cancellationToken).ConfigureAwait(false);
        }
    }

    private ValueTask<List<TableEntity>> RowsAsync(string licenseKey, int most, CancellationToken cancellationToken)
    {
        var (from, to) = (TableKeys.OutboxPrefix, TableKeys.After(TableKeys.OutboxPrefix));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {licenseKey} and RowKey ge {from} and RowKey lt {to}");
        return tables.QueryAsync(TableKeys.Meters, filter, most, cancellationToken);
    }

    private async ValueTask NudgeAsync(EntityInstanceId delivery)
    {
        try
        {
            await SignalAsync(delivery).WaitAsync(NudgeWait, time).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The commit is done, whatever keeps this from being told; it is logged, and the sweep tells it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.NudgeFailed(fault, delivery.Key);
        }
    }

    private async Task SignalAsync(EntityInstanceId delivery)
    {
        var client = await clients.GetAsync(CancellationToken.None).ConfigureAwait(false);
        await client.Entities.SignalEntityAsync(delivery, SignalDelivery.Deliver).ConfigureAwait(false);
    }
}
