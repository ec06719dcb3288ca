using Azure.Data.Tables;
using MeterFunctions.Hosting;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Retention;

/// <summary>
/// Goes through all licenses of the directory, and looks after those that retention has not been due for by their own commits; then through
/// the memory of management calls.
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
        return work.IsAtRequests
            ? await ForgetRequestsAsync(work, now, budget, cancellationToken).ConfigureAwait(false)
            : await LookAfterAsync(work, now, budget, cancellationToken).ConfigureAwait(false);
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
            var place = await LookAfterAsync(row, work.Place, now, budget, cancellationToken).ConfigureAwait(false);
            if (place is not null)
            {
                return work with { Place = place };
            }

            work = new RetentionWork(false, row.PartitionKey, null);
            if (budget.IsSpent)
            {
                return work;
            }
        }

        return rows.Count < MaxLicenses ? new RetentionWork(IsAtRequests: true, null, null) : work;
    }

    private async ValueTask<RetentionPlace?> LookAfterAsync(
        TableEntity row, RetentionPlace? place, DateTimeOffset now, RequestBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            var license = TableLicenseDirectory.Read(row);
            place = place?.LicenseId == license.Id ? place : null;
            if (place is not null || license.Deleted
                || !await CommitsAsync(row, now, budget, cancellationToken).ConfigureAwait(false))
            {
                return await retention.RunAsync(license.Id, place, budget, cancellationToken).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // A license whose rows are damaged must not keep all others; it is logged, and the next one has its turn.
        catch (Exception fault) when (fault is not (StoreUnavailableException or OperationCanceledException))
#pragma warning restore CA1031
        {
            logger.RetentionFailed(fault, row.PartitionKey);
        }

        return null;
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
                return null;
            }

            from = next;
        }

        return work with { From = from };
    }
}
