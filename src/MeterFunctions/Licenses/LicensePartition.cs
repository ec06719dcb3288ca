using System.Diagnostics;
using Azure;
using Azure.Data.Tables;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Licenses;

/// <summary>
/// The partition of a license: reads its state, looks up what is remembered, and commits attempts, each as one transaction.
/// </summary>
internal sealed class LicensePartition(MeterTables tables)
{
    // The storage client does not retry transactions: it would take its own first try for another writer's.
    private const int MaxTries = 4;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>The deadline of a commit: so long after its first try the last one has its answer, or none.</summary>
    public static readonly TimeSpan CommitDeadline = (MaxTries * StorageConnection.Timeout) + (FirstDelay * ((1 << (MaxTries - 1)) - 1));

    /// <summary>The license as it is stored; null when it has no state. One point read.</summary>
    /// <exception cref="StoreUnavailableException">The storage does not answer.</exception>
    /// <exception cref="UnknownFormatException">Another version wrote the state in its own form.</exception>
    public async ValueTask<StoredLicense?> ReadAsync(string licenseId, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var row = await tables.FindAsync(TableKeys.Meters, TableKeys.Text(licenseId), TableKeys.StateRow, cancellationToken)
            .ConfigureAwait(false);
        return row is null ? null : LicenseRows.ReadState(row, start);
    }

    /// <summary>The license's state, null when it has none; and whether it can be read, which damaged rows can't.</summary>
    /// <exception cref="StoreUnavailableException">The storage does not answer.</exception>
    /// <exception cref="UnknownFormatException">Another version wrote the state in its own form.</exception>
    public async ValueTask<(bool IsIntact, LicenseState? State)> TryReadAsync(string licenseId, CancellationToken cancellationToken)
    {
        try
        {
            return (true, (await ReadAsync(licenseId, cancellationToken).ConfigureAwait(false))?.State);
        }
#pragma warning disable CA1031 // A damaged byte can fail any of a type's own checks; each says only that the row is damaged.
        catch (Exception damaged) when (!StorageFaults.MayPass(damaged))
#pragma warning restore CA1031
        {
            return (false, null);
        }
    }

    /// <summary>What the license's removed evidence came to; null when none was removed. One point read.</summary>
    /// <exception cref="StoreUnavailableException">The storage does not answer.</exception>
    public async ValueTask<LicenseSnapshot?> ReadSnapshotAsync(string licenseId, CancellationToken cancellationToken)
    {
        var row = await tables.FindAsync(TableKeys.Meters, TableKeys.Text(licenseId), TableKeys.SnapshotRow, cancellationToken)
            .ConfigureAwait(false);
        return row is null ? null : LicenseSnapshot.Read(row);
    }

    /// <summary>The rows of identities that are there, however old, by row key.</summary>
    /// <exception cref="StoreUnavailableException">The storage does not answer.</exception>
    public async ValueTask<Dictionary<string, IdentityRow>> FindAsync(
        string licenseId, IReadOnlyCollection<string> rowKeys, CancellationToken cancellationToken)
    {
        var found = await tables.FindAllAsync(TableKeys.Meters, TableKeys.Text(licenseId), rowKeys, cancellationToken)
            .ConfigureAwait(false);
        return found.ToDictionary(row => row.RowKey, LicenseRows.ReadIdentity, StringComparer.Ordinal);
    }

    /// <summary>
    /// Commits an attempt: all of it or nothing. When an answer is lost, the rows tell whether the transaction was done: they carry its id.
    /// </summary>
    /// <returns>What became of it, and the license as it is then stored; null when that has to be read.</returns>
    /// <exception cref="StoreUnavailableException">
    /// The storage does not answer; the attempt may have been committed, or may still be.
    /// </exception>
    public async ValueTask<(CommitOutcome Outcome, StoredLicense? License)> CommitAsync(
        string licenseId, Attempt attempt, CancellationToken cancellationToken)
    {
        var transaction = attempt.ToTransaction();
        var client = await tables.OpenCommitsAsync(TableKeys.Meters).ConfigureAwait(false);
        for (var lost = 0; ; lost++)
        {
            var start = Stopwatch.GetTimestamp();
            try
            {
                var answers = await client.SubmitAsync(transaction, cancellationToken).ConfigureAwait(false);
                return (CommitOutcome.Committed, answers[0].Headers.ETag is { } etag ? attempt.After(etag, start) : null);
            }
            catch (StoreUnavailableException) when (lost + 1 < MaxTries)
            {
                // The same transaction again: on the same ETag it cannot be done twice.
                await Task.Delay(FirstDelay * (1 << lost), cancellationToken).ConfigureAwait(false);
            }
            catch (StoreUnavailableException)
            {
                if (await FindCommittedAsync(licenseId, attempt, cancellationToken).ConfigureAwait(false) is { } done)
                {
                    return done;
                }

                throw;
            }
            catch (RequestFailedException refused) when (refused.Status is 409 or 412 or 404)
            {
                // It may be our own first try that stands in the way.
                if (lost > 0 && await FindCommittedAsync(licenseId, attempt, cancellationToken).ConfigureAwait(false) is { } done)
                {
                    return done;
                }

                return (WhatStoodInTheWay(refused, transaction), null);
            }
        }
    }

    /// <summary>
    /// Asks the other writers of a license to leave it to its entity for a while. The state's row gets another ETag by it, so whoever is
    /// about to commit loses, reads, and sees it; the next commit takes it away.
    /// </summary>
    /// <returns>False when the license has no state.</returns>
    public ValueTask<bool> ReserveAsync(string licenseId, CancellationToken cancellationToken) => tables.TryMergeAsync(
        TableKeys.Meters,
        new TableEntity(TableKeys.Text(licenseId), TableKeys.StateRow) { [LicenseRows.Columns.Reserved] = true },
        cancellationToken);

    /// <summary>Writes beside a license's state of which messages something was refused, if the state is still as it was read.</summary>
    /// <returns>The license as it is then stored; null when another writer was first, or this one's own first try.</returns>
    /// <exception cref="StoreUnavailableException">The storage does not answer.</exception>
    public async ValueTask<StoredLicense?> TryAnswerAsync(
        StoredLicense license, AnsweredMessages answered, CancellationToken cancellationToken)
    {
        var client = await tables.OpenAsync(TableKeys.Meters).ConfigureAwait(false);
        var columns = new TableEntity(TableKeys.Text(license.State.LicenseId), TableKeys.StateRow)
        {
            [LicenseRows.Columns.Answered] = answered.ToColumn(),
        };
        try
        {
            using var answer = await client.UpdateEntityAsync(columns, license.ETag, TableUpdateMode.Merge, cancellationToken)
                .ConfigureAwait(false);
            return license with { ETag = answer.Headers.ETag!.Value, Answered = answered };
        }
        catch (RequestFailedException changed) when (changed.Status is 412 or 404)
        {
            return null;
        }
    }

    private async ValueTask<(CommitOutcome Outcome, StoredLicense? License)?> FindCommittedAsync(
        string licenseId, Attempt attempt, CancellationToken cancellationToken)
    {
        var stored = await ReadAsync(licenseId, cancellationToken).ConfigureAwait(false);
        if (stored?.Commit == attempt.Id)
        {
            return (CommitOutcome.Committed, stored);
        }

        if (stored is null || stored.State.Sequence < attempt.First)
        {
            return null;
        }

        // Others have gone on since. The evidence at the first number that was to be ours tells whose it is.
        var row = await tables.FindAsync(
            TableKeys.Meters, TableKeys.Text(licenseId), TableKeys.Entry(attempt.First), cancellationToken).ConfigureAwait(false);
        return row?.GetString(LicenseRows.Columns.Commit) == attempt.Id ? (CommitOutcome.Committed, null) : (CommitOutcome.LostRace, null);
    }

    // Azure checks a transaction's rows in their order and names the first at fault. Where it names none, the slower way is right too.
    private static CommitOutcome WhatStoodInTheWay(RequestFailedException refused, List<TableTransactionAction> transaction)
    {
        var index = (refused as TableTransactionFailedException)?.FailedTransactionActionIndex ?? 0;
        return index < transaction.Count && TableKeys.IsIdentity(transaction[index].Entity.RowKey)
            ? CommitOutcome.Duplicate
            : CommitOutcome.LostRace;
    }
}
