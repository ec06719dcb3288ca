using System.Net;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using MeterFunctions.Hosting;
using Metering;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Storage;

/// <summary>
/// Writes the evidence of a license before its state commits. Rows are only ever inserted, so that a row that is there already tells:
/// one with a number up to the state's is a command that was counted; one above it is what an attempt left behind that wrote the
/// ledger and did not come to commit the state.
/// </summary>
internal sealed class LedgerWriter(MeterTables tables, MeterRules rules, ILogger<LedgerWriter> logger)
{
    // Azure's own limit for a transaction.
    private const int TransactionRows = 100;

    // A transaction takes 4 MiB; a row of ours is far below 64 KiB on the wire but for large metadata.
    private const int TransactionChars = 1024 * 1024;

    /// <summary>Rollups of closed days, with absolute totals: writing them twice changes nothing.</summary>
    public async ValueTask PutRollupsAsync(string licenseId, IReadOnlyList<ClosedDay> days, CancellationToken cancellationToken)
    {
        var rows = days.Select(day => new TableTransactionAction(TableTransactionActionType.UpsertReplace, RollupRow(licenseId, day)));

        // Azure refuses a transaction that names a row twice.
        foreach (var chunk in rows.DistinctBy(row => row.Entity.RowKey).Chunk(TransactionRows))
        {
            await SubmitAsync(chunk, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Inserts the evidence of commands.</summary>
    /// <returns>Whether all of it is durable; false when a row was there already, and none or a first part of it was written.</returns>
    public async ValueTask<bool> TryAddAsync(string licenseId, IReadOnlyList<LedgerChange> changes, CancellationToken cancellationToken)
    {
        var actions = new List<TableTransactionAction>(TransactionRows);
        var size = 0;
        foreach (var row in changes.SelectMany(change => Rows(licenseId, change)))
        {
            if (actions.Count == TransactionRows || size + row.Size > TransactionChars)
            {
                if (!await TrySubmitAsync(actions, cancellationToken).ConfigureAwait(false))
                {
                    // Parts before it stay; they have numbers above the state's, so UndoAsync finds them.
                    return false;
                }

                actions.Clear();
                size = 0;
            }

            actions.Add(new TableTransactionAction(TableTransactionActionType.Add, row.Entity));
            size += row.Size;
        }

        return actions.Count == 0 || await TrySubmitAsync(actions, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// What is remembered of identities, by row key. Those whose memory is over are taken away, because a row that is there would stop the
    /// command that is to be remembered anew. So only the license's writer may call it.
    /// </summary>
    public async ValueTask<Dictionary<string, IdentityRow>> FindAsync(
        string licenseId, IEnumerable<Identity> identities, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(licenseId, identities, cancellationToken).ConfigureAwait(false);
        foreach (var (rowKey, _) in found.Where(pair => pair.Value.Remembered.IsForgotten(now, rules)).ToList())
        {
            await tables.DeleteAsync(TableKeys.Ledger, TableKeys.Text(licenseId), rowKey, cancellationToken).ConfigureAwait(false);
            found.Remove(rowKey);
        }

        return found;
    }

    /// <summary>The rows of identities, however old, by row key. Nothing changes.</summary>
    public async ValueTask<Dictionary<string, IdentityRow>> ReadAsync(
        string licenseId, IEnumerable<Identity> identities, CancellationToken cancellationToken)
    {
        var rows = identities.Select(identity => identity.RowKey);
        var found = await tables.FindAllAsync(TableKeys.Ledger, TableKeys.Text(licenseId), rows, cancellationToken).ConfigureAwait(false);
        return found.ToDictionary(row => row.RowKey, Read, StringComparer.Ordinal);
    }

    /// <summary>Takes away what an unfinished attempt left behind: everything with a number above the state's.</summary>
    /// <returns>Whether there was anything.</returns>
    public async ValueTask<bool> UndoAsync(string licenseId, long sequence, CancellationToken cancellationToken)
    {
        var partition = TableKeys.Text(licenseId);
        var entries = await LeftAsync(TableKeys.Entry(sequence + 1), TableKeys.EntryPrefix).ConfigureAwait(false);
        if (entries.Count == 0)
        {
            return false;
        }

        // Entries go last and from behind: as long as one is there, what belongs to it is found again.
        logger.AttemptUndone(licenseId, sequence, entries.Count);
        entries.Reverse();
        foreach (var entry in entries)
        {
            var named = new[] { entry.GetString(Columns.Key), entry.GetString(Columns.Event) }.OfType<string>();
            foreach (var identity in await tables.FindAllAsync(TableKeys.Ledger, partition, named, cancellationToken).ConfigureAwait(false))
            {
                // Where a transaction ended between the two, the entry of a repeat was written before its key met the first one's row. That
                // row stays: without it the repeat would count.
                if (identity.GetInt64(Columns.Sequence) > sequence)
                {
                    await DeleteAsync(identity.RowKey).ConfigureAwait(false);
                }
            }

            await DeleteAsync(entry.RowKey).ConfigureAwait(false);
        }

        return true;

        ValueTask<List<TableEntity>> LeftAsync(string from, string prefix) => tables.QueryAsync(
            TableKeys.Ledger,
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {TableKeys.After(prefix)}"),
            int.MaxValue,
            cancellationToken);

        ValueTask DeleteAsync(string row) => tables.DeleteAsync(TableKeys.Ledger, partition, row, cancellationToken);
    }

    private static IdentityRow Read(TableEntity row) => new(
        row.GetInt64(Columns.Sequence)!.Value,
        new Remembered(
            JsonSerializer.Deserialize(LongText.Get(row, Columns.Answer)!, MeteringJson.Default.Answer)!,
            row.GetString(Columns.BodyHash),
            row.GetDateTimeOffset(Columns.At)!.Value));

    // The first entry names the identities, so that they are found when the attempt has to be undone.
    private static IEnumerable<(TableEntity Entity, int Size)> Rows(string licenseId, LedgerChange change)
    {
        var partition = TableKeys.Text(licenseId);
        for (var i = 0; i < change.Entries.Length; i++)
        {
            var row = EntryRow(partition, change.Entries[i]);
            if (i > 0)
            {
                yield return (row, change.Entries[i].Body.Length);
                continue;
            }

            row[Columns.Digest] = change.Digest;
            foreach (var identity in change.Identities)
            {
                row[identity.IsEvent ? Columns.Event : Columns.Key] = identity.RowKey;
            }

            yield return (row, change.Entries[i].Body.Length);
            foreach (var identity in change.Identities)
            {
                var memory = new TableEntity(partition, identity.RowKey)
                {
                    [Columns.Sequence] = change.Entries[i].Entry.Sequence,
                    [Columns.At] = change.Entries[^1].Entry.At,
                    [Columns.BodyHash] = identity.BodyHash,
                };
                LongText.Set(memory, Columns.Answer, change.Answer!);
                yield return (memory, change.Answer!.Length);
            }
        }
    }

    private static TableEntity EntryRow(string partition, LinkedEntry linked)
    {
        var entry = linked.Entry;
        var row = new TableEntity(partition, TableKeys.Entry(entry.Sequence))
        {
            [Columns.At] = entry.At,
            [Columns.Feature] = entry.FeatureCode,
            [Columns.Link] = linked.Link,
        };
        if (entry.BalanceAfter is not null)
        {
            row[Columns.Unit] = entry.Unit;
        }

        LongText.Set(row, Columns.Body, linked.Body);
        return row;
    }

    private static TableEntity RollupRow(string licenseId, ClosedDay day)
    {
        var row = new TableEntity(TableKeys.Text(licenseId), TableKeys.Rollup(day.Rollup.Day, day.FeatureCode))
        {
            [Columns.Feature] = day.FeatureCode,
        };
        LongText.Set(row, Columns.Body, JsonSerializer.Serialize(day.Rollup, MeteringJson.Default.DayRollup));
        return row;
    }

    private async ValueTask<bool> TrySubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        try
        {
            await SubmitAsync(actions, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exists) when (exists.Status == (int)HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    private async ValueTask SubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        var table = await tables.OpenAsync(TableKeys.Ledger).ConfigureAwait(false);
        try
        {
            await table.SubmitTransactionAsync(actions, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException failed) when (failed.Status is 429 or >= 500)
        {
            throw new StoreUnavailableException(
                $"The table storage answers {failed.Status} to a ledger transaction of {actions.Count} rows.", failed);
        }
    }

    /// <summary>Names of the columns.</summary>
    internal static class Columns
    {
        public const string At = "At";
        public const string Feature = "Feature";
        public const string Unit = "Unit";
        public const string Body = "Body";
        public const string Link = "Link";
        public const string Digest = "Digest";
        public const string Key = "Key";
        public const string Event = "Event";
        public const string Sequence = "Sequence";
        public const string BodyHash = "BodyHash";
        public const string Answer = "Answer";
    }
}
