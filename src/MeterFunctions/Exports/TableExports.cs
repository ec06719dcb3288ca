using System.Globalization;
using MeterFunctions.Hosting;
using MeterFunctions.Orchestrations;
using MeterFunctions.Storage;
using Metering;
using Metering.Api;
using Metering.Reports;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Exports;

/// <summary>Exports and schedules, a row each; whoever adds one that is to run wakes <see cref="ExportRounds"/>.</summary>
internal sealed class TableExports(
    MeterTables tables, ExportOptions options, DurableClients clients, ILogger<TableExports> logger) : IExportJobs, IExportSchedules
{
    private const string List = "exports";

    // All that may be over, wait and run, and a few that come at the same moment.
    private readonly TableRecords<ExportJob> _jobs = new(
        tables, TableKeys.ExportPartition, ManifestJson.Default.ExportJob, job => job.Id, (2 * options.MaxKept) + (2 * options.MaxWaiting));

    private readonly TableRecords<ExportSchedule> _schedules = new(
        tables, TableKeys.SchedulePartition, ManifestJson.Default.ExportSchedule, schedule => schedule.Id, 2 * options.MaxSchedules);

    /// <inheritdoc/>
    public async ValueTask<ExportJob?> AddAsync(ExportJob job, CancellationToken cancellationToken)
    {
        if (await _jobs.FindAsync(job.Id, cancellationToken).ConfigureAwait(false) is { } there)
        {
            return there;
        }

        if (!await _jobs.TryAddAsync(job, cancellationToken).ConfigureAwait(false))
        {
            return await _jobs.FindAsync(job.Id, cancellationToken).ConfigureAwait(false);
        }

        // Counted with this one in it: whoever counted first and added then would not see one that is added meanwhile. Of some that come
        // together at the limit all may be refused.
        var known = await _jobs.ListAsync(cancellationToken).ConfigureAwait(false);
        if (known.Count(one => one.Status == ExportStatus.Waiting) > options.MaxWaiting)
        {
            await _jobs.RemoveAsync(job.Id, cancellationToken).ConfigureAwait(false);
            return null;
        }

        // The oldest that are over are forgotten; their files stay.
        foreach (var old in known.Where(one => one.IsOver).OrderByDescending(Place, StringComparer.Ordinal).Skip(options.MaxKept))
        {
            await _jobs.RemoveAsync(old.Id, cancellationToken).ConfigureAwait(false);
        }

        await WakeAsync(cancellationToken).ConfigureAwait(false);
        return job;
    }

    /// <inheritdoc/>
    public ValueTask<ExportJob?> FindAsync(string id, CancellationToken cancellationToken) => _jobs.FindAsync(id, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<Page<ExportJob>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        var before = cursor is null ? null : PageCursor.Read(List, cursor);
        var known = await _jobs.ListAsync(cancellationToken).ConfigureAwait(false);
        var rest = known.Where(job => before is null || string.CompareOrdinal(Place(job), before) < 0)
            .OrderByDescending(Place, StringComparer.Ordinal).Take(limit + 1).ToList();
        return rest.Count <= limit
            ? new Page<ExportJob>(rest, null)
            : new Page<ExportJob>(rest[..limit], PageCursor.After(List, Place(rest[limit - 1])));
    }

    /// <inheritdoc/>
    public ValueTask<ExportJob?> ChangeAsync(string id, Func<ExportJob, ExportJob> change, CancellationToken cancellationToken) =>
        _jobs.ChangeAsync(id, change, cancellationToken);

    /// <inheritdoc/>
    public ValueTask RemoveAsync(string id, CancellationToken cancellationToken) => _jobs.RemoveAsync(id, cancellationToken);

    /// <summary>Exports that wait, were interrupted or are to stop, the oldest first.</summary>
    public async ValueTask<IReadOnlyList<ExportJob>> OpenAsync(CancellationToken cancellationToken)
    {
        var known = await _jobs.ListAsync(cancellationToken).ConfigureAwait(false);
        return [.. known.Where(job => !job.IsOver).OrderBy(Place, StringComparer.Ordinal)];
    }

    async ValueTask<IReadOnlyList<ExportSchedule>> IExportSchedules.ListAsync(CancellationToken cancellationToken)
    {
        var known = await _schedules.ListAsync(cancellationToken).ConfigureAwait(false);
        return [.. known.OrderBy(schedule => schedule.CreatedAt).ThenBy(schedule => schedule.Id, StringComparer.Ordinal)];
    }

    ValueTask<ExportSchedule?> IExportSchedules.FindAsync(string id, CancellationToken cancellationToken) =>
        _schedules.FindAsync(id, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ExportSchedule?> AddAsync(ExportSchedule schedule, CancellationToken cancellationToken)
    {
        if (!await _schedules.TryAddAsync(schedule, cancellationToken).ConfigureAwait(false))
        {
            return await _schedules.FindAsync(schedule.Id, cancellationToken).ConfigureAwait(false);
        }

        // As with exports: counted with this one in it.
        if ((await _schedules.ListAsync(cancellationToken).ConfigureAwait(false)).Count > options.MaxSchedules)
        {
            await _schedules.RemoveAsync(schedule.Id, cancellationToken).ConfigureAwait(false);
            return null;
        }

        await WakeAsync(cancellationToken).ConfigureAwait(false);
        return schedule;
    }

    /// <inheritdoc/>
    public async ValueTask<ExportSchedule?> ChangeAsync(
        string id, Func<ExportSchedule, ExportSchedule> change, CancellationToken cancellationToken)
    {
        var isMoved = false;
        var changed = await _schedules.ChangeAsync(
            id,
            known =>
            {
                var after = change(known);
                isMoved = after.Since != known.Since;
                return after;
            },
            cancellationToken).ConfigureAwait(false);

        // Its runs were changed, or it goes on after a pause: the next one may come before the rest is over. What a round itself notes of
        // a schedule moves nothing, or rounds would wake themselves.
        if (isMoved)
        {
            await WakeAsync(cancellationToken).ConfigureAwait(false);
        }

        return changed;
    }

    ValueTask IExportSchedules.RemoveAsync(string id, CancellationToken cancellationToken) =>
        _schedules.RemoveAsync(id, cancellationToken);

    // By time, and by id where two came in the same millisecond.
    private static string Place(ExportJob job) =>
        string.Create(CultureInfo.InvariantCulture, $"{job.CreatedAt.ToUnixTimeMilliseconds():D15}-{job.Id}");

    private async ValueTask WakeAsync(CancellationToken cancellationToken)
    {
        var client = await clients.GetAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await client.RaiseEventAsync(ExportRounds.InstanceId, ExportRounds.Wake, true, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The export is there, and the next round finds it, within an hour; it is logged.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            logger.ExportsNotWoken(fault);
        }
    }
}
