namespace Metering.Reports;

/// <summary>
/// One look at all schedules: makes the exports that are due. A host calls it again and again; a round that a crash cut off, or two at the
/// same time, make nothing twice, because an export's id follows from its schedule and span.
/// </summary>
public sealed class ScheduleRound(IExportSchedules schedules, IExportJobs jobs, IMeterClock clock, MeterRules rules)
{
    /// <summary>How long after a failure an export of a schedule is tried again.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(15);

    private const int IdLength = 24;

    // Far beyond what can have been missed: 27 years of days.
    private const int MaxDue = 10_000;

    /// <summary>Makes what is due.</summary>
    /// <returns>When the next export is due; null when none is planned.</returns>
    public async Task<DateTimeOffset?> RunAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? next = null;
        foreach (var schedule in await schedules.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (schedule.Paused)
            {
                continue;
            }

            // The provisional one first: the final one says what has changed since.
            if (schedule.Provisional)
            {
                Earlier(await RunAsync(schedule, ExportState.Provisional, cancellationToken).ConfigureAwait(false));
            }

            Earlier(await RunAsync(schedule, ExportState.Final, cancellationToken).ConfigureAwait(false));
        }

        return next;

        void Earlier(DateTimeOffset? at) => next = at < (next ?? DateTimeOffset.MaxValue) ? at : next;
    }

    // One after the other: a span comes after the one before it is done, so that how far a schedule is can be said in one time.
    private async Task<DateTimeOffset?> RunAsync(ExportSchedule schedule, ExportState state, CancellationToken cancellationToken)
    {
        var now = clock.UtcNow;

        // What a run before a change has left is made beside the runs' own: it waits for nothing but its span.
        var waiting = SchedulePlan.Waiting(schedule, state, rules.LateWindow).ToLookup(one => one.At <= now);
        var due = SchedulePlan.Planned(schedule, state, rules.LateWindow).TakeWhile(one => one.At <= now).Take(MaxDue).ToList();
        if (due.Count > SchedulePlan.MaxMadeUp)
        {
            var passed = due.Count - SchedulePlan.MaxMadeUp;
            await DoneAsync(schedule, due[passed - 1], null, passed, cancellationToken).ConfigureAwait(false);
            due.RemoveRange(0, passed);
        }

        foreach (var one in waiting[true].Concat(due))
        {
            // When nothing comes to the span any more, the final file alone tells all.
            if (state == ExportState.Provisional && one.Span.StateAt(now, rules.LateWindow) == ExportState.Final)
            {
                await DoneAsync(schedule, one, null, 0, cancellationToken).ConfigureAwait(false);
            }
            else if (await MakeAsync(schedule, one, now, cancellationToken).ConfigureAwait(false) is { } again)
            {
                return again;
            }
        }

        var after = due.Count > 0 ? schedule.Done(due[^1]) : schedule;
        return waiting[false].Concat(SchedulePlan.Planned(after, state, rules.LateWindow).Take(1)).Select(one => one.At)
            .Cast<DateTimeOffset?>().Min();
    }

    // Makes the export where there is none. When to look at it again; null when it is over for good.
    private async Task<DateTimeOffset?> MakeAsync(
        ExportSchedule schedule, PlannedExport planned, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var job = await jobs.AddAsync(
            new ExportJob
            {
                Id = IdOf(schedule.Id, planned),
                Order = planned.Order,
                State = planned.State,
                ScheduleId = schedule.Id,
                CreatedAt = now,
            },
            cancellationToken).ConfigureAwait(false);
        switch (job?.Status)
        {
            case ExportStatus.Done or ExportStatus.Cancelled:
                await DoneAsync(schedule, planned, job.Id, 0, cancellationToken).ConfigureAwait(false);
                return null;
            case ExportStatus.Failed when job.FailureCode == ExportFailure.EvidenceRemoved:
                await DoneAsync(schedule, planned, job.Id, 1, cancellationToken).ConfigureAwait(false);
                return null;
            // One that ended later than now did so before the clock was set back.
            case ExportStatus.Failed when job.EndedAt + RetryAfter <= now || job.EndedAt > now:
                // Attempts of an earlier try don't count: a sink that failed for hours must not keep this one from being made. What it
                // has published halfway is its own; a file that stood in its way is not.
                await jobs.ChangeAsync(
                    job.Id,
                    known => known.Status == ExportStatus.Failed
                        ? known with
                        {
                            Order = planned.Order, Status = ExportStatus.Waiting, EndedAt = null, Attempts = 0,
                            IsRetry = known.IsRetry || known.FailureCode != ExportFailure.FileExists,
                        }
                        : known,
                    cancellationToken).ConfigureAwait(false);
                return now;
            default:
                // It waits or runs, failed a short while ago, or as many wait as may.
                if (job is not null && schedule.LastExportId != job.Id)
                {
                    await schedules.ChangeAsync(schedule.Id, known => known with { LastExportId = job.Id }, cancellationToken)
                        .ConfigureAwait(false);
                }

                return job is { Status: ExportStatus.Failed, EndedAt: { } ended } ? ended + RetryAfter : now;
        }
    }

    // One that was changed since this round read it is left as it is: the next round finds the export, and that it is over.
    private async Task DoneAsync(
        ExportSchedule schedule, PlannedExport one, string? exportId, long skipped, CancellationToken cancellationToken) =>
        await schedules.ChangeAsync(
            schedule.Id,
            known => known.Since != schedule.Since
                ? known
                : known.Done(one, skipped) with { LastExportId = exportId ?? known.LastExportId },
            cancellationToken).ConfigureAwait(false);

    // With the report, which may be changed: the span that was exported last is exported again then, as what it is now.
    private static string IdOf(string scheduleId, PlannedExport planned) => "exp_" + TextHash.Of(
        FormattableString.Invariant(
            $"{scheduleId}\n{planned.Order.Report}\n{planned.Span.From.UtcTicks}\n{planned.Span.To.UtcTicks}\n{planned.State}"))[..IdLength];
}
