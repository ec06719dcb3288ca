using Azure.Data.Tables;
using MeterFunctions.Hosting;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;
using Metering.Api;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Retention;

/// <summary>
/// Goes through all licenses of the directory, and looks after those that retention has not been due for by their own commits; then through
/// the memory of management calls, and what could not be counted.
/// </summary>
internal sealed class RetentionWalk(
    MeterTables tables,
    RowPages pages,
    LicenseRetention retention,
    HostClock clock,
    IOptions<FunctionsOptions> options,
    ILogger<RetentionWalk> logger)
{
    /// <summary>Requests that a step makes before it stops; a license that is begun may need some more.</summary>
    public const int MaxRequests = 500;

    // Licenses that wait for more turns go through the task hub with each step. What others have left is found the next day.
    private const int MaxWaiting = 20;

    // A step is over in seconds, and what its orchestration costs is shared by so many licenses.
    private const int MaxLicenses = 100;

    /// <summary>Does the next part.</summary>
    /// <param name="work">How far the part before has come.</param>
    /// <param name="maxRequests">Requests that it makes before it stops.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How far it has come; null at the end.</returns>
    /// <exception cref="StoreUnavailableException">The storage does not answer.</exception>
    public async ValueTask<RetentionWork?> StepAsync(RetentionWork work, int maxRequests, CancellationToken cancellationToken)
    {
        var now = await clock.ReadAsync(cancellationToken).ConfigureAwait(false);
        var budget = new RequestBudget(maxRequests);
        return work.Stage switch
        {
            RetentionStage.Licenses => await LookAfterAsync(work, now, budget, cancellationToken).ConfigureAwait(false),
            RetentionStage.Requests => await ForgetRequestsAsync(work, now, budget, cancellationToken).ConfigureAwait(false),
            RetentionStage.Letters => await RemoveLettersAsync(work, now, budget, cancellationToken).ConfigureAwait(false),
            _ => await GoOnAsync(work, budget, cancellationToken).ConfigureAwait(false),
        };
    }

    private async ValueTask<RetentionWork> LookAfterAsync(
        RetentionWork work, DateTimeOffset now, RequestBudget budget, CancellationToken cancellationToken)
    {
        budget.Spend();
        var rows = await tables.QueryAsync(
            TableKeys.Licenses,
            TableClient.CreateQueryFilter($"PartitionKey gt {work.From ?? ""}"),
            MaxLicenses,
            cancellationToken).ConfigureAwait(false);
        foreach (var row in rows)
        {
            // One turn for each, so that a license with years to remove holds up no other.
            var place = await LookAfterAsync(row, now, budget, cancellationToken).ConfigureAwait(false);
            var isWaiting = place is not null && work.Waiting.Count < MaxWaiting;
            work = work with { From = row.PartitionKey, Waiting = isWaiting ? [.. work.Waiting, place!] : work.Waiting };
            if (budget.IsSpent)
            {
                return work;
            }
        }

        return rows.Count < MaxLicenses ? work with { Stage = RetentionStage.Requests, From = null } : work;
    }

    private ValueTask<RetentionPlace?> LookAfterAsync(
        TableEntity row, DateTimeOffset now, RequestBudget budget, CancellationToken cancellationToken) =>
        GuardAsync(row.PartitionKey, async () =>
        {
            var license = DirectoryRow.Read(row);
            return license.Deleted || !await CommitsAsync(row, now, budget, cancellationToken).ConfigureAwait(false)
                ? await retention.RunAsync(license.Id, null, budget, cancellationToken).ConfigureAwait(false)
                : null;
        });

    // One license of those that wait, which then is the last of them.
    private async ValueTask<RetentionWork?> GoOnAsync(RetentionWork work, RequestBudget budget, CancellationToken cancellationToken)
    {
        var first = work.Waiting[0];
        var place = await GuardAsync(
            first.LicenseId, () => retention.RunAsync(first.LicenseId, first, budget, cancellationToken)).ConfigureAwait(false);
        IReadOnlyList<RetentionPlace> waiting = [.. work.Waiting.Skip(1), .. place is null ? [] : new[] { place }];
        return waiting.Count == 0 ? null : work with { Waiting = waiting };
    }

    private async ValueTask<RetentionPlace?> GuardAsync(string license, Func<ValueTask<RetentionPlace?>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A license whose rows are damaged must not keep all others; it is logged, and the next one has its turn.
        catch (Exception fault) when (fault is not (StoreUnavailableException or OperationCanceledException))
#pragma warning restore CA1031
        {
            logger.RetentionFailed(fault, license);
            return null;
        }
    }

    // One that commits is looked after where it does.
    private async ValueTask<bool> CommitsAsync(
        TableEntity license, DateTimeOffset now, RequestBudget budget, CancellationToken cancellationToken)
    {
        budget.Spend();
        var (rows, _) = await pages.ReadAsync(
            TableKeys.Meters,
            TableClient.CreateQueryFilter($"PartitionKey eq {license.PartitionKey} and RowKey eq {TableKeys.StateRow}"),
            null,
            1,
            [Columns.RetentionAt],
            cancellationToken).ConfigureAwait(false);
        return rows is [var state] && state.GetDateTimeOffset(Columns.RetentionAt) is { } at
            && (now - at).Duration() < Attempt.RetentionInterval;
    }

    private async ValueTask<RetentionWork?> ForgetRequestsAsync(
        RetentionWork work, DateTimeOffset now, RequestBudget budget, CancellationToken cancellationToken)
    {
        var last = RetentionCut.At(now, options.Value).Identities;
        var from = work.From;
        while (!budget.IsSpent)
        {
            budget.Spend();
            var (rows, next) = await pages.ReadKeysAsync(
                TableKeys.Requests, TableClient.CreateQueryFilter($"At le {last}"), from, cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
            {
                // Each lies in a partition of its own. As it was read: its key may have been used again.
                budget.Spend();
                await tables.TryDeleteAsync(TableKeys.Requests, row, cancellationToken).ConfigureAwait(false);
            }

            if (next is null)
            {
                return work with { Stage = RetentionStage.Letters, From = null };
            }

            from = next;
        }

        return work with { From = from };
    }

    // Their ids begin with the time, so the old ones are read from the first on. A letter of the hub is named by when its event was sent,
    // and may have come long after.
    private async ValueTask<RetentionWork?> RemoveLettersAsync(
        RetentionWork work, DateTimeOffset now, RequestBudget budget, CancellationToken cancellationToken)
    {
        var before = RetentionCut.At(now, options.Value).Evidence;
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {TableKeys.LetterPartition} and RowKey lt {EventLetter.LeastId(before)} and ReceivedAt lt {before}");
        var (from, isDone, removed) = (work.From, false, 0);
        while (!isDone && !budget.IsSpent)
        {
            budget.Spend();
            var (rows, next) = await pages.ReadKeysAsync(TableKeys.DeadLetters, filter, from, cancellationToken).ConfigureAwait(false);
            if (rows.Count > 0)
            {
                budget.Spend();
                if (!await pages.TryDeleteAsync(TableKeys.DeadLetters, rows, cancellationToken).ConfigureAwait(false))
                {
                    // One of them was retried or deleted meanwhile: the page is read again.
                    continue;
                }
            }

            (from, isDone, removed) = (next, next is null, removed + rows.Count);
        }

        if (removed > 0)
        {
            logger.DeadLettersExpired(removed, options.Value.LedgerRetentionDays);
        }

        return !isDone ? work with { From = from }
            : work.Waiting.Count == 0 ? null
            : work with { Stage = RetentionStage.Waiting, From = null };
    }
}
