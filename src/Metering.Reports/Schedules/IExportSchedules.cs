namespace Metering.Reports;

/// <summary>Keeps schedules. Looking after them, by <see cref="ScheduleRound"/>, is the host's own work.</summary>
public interface IExportSchedules
{
    /// <summary>All schedules, oldest first; at most as many as the operator has set.</summary>
    ValueTask<IReadOnlyList<ExportSchedule>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A schedule; null when there is none.</summary>
    ValueTask<ExportSchedule?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Adds a schedule; durable when it returns. One that is there with the same id stays as it is.</summary>
    /// <returns>The schedule with that id; null when there are as many as may be.</returns>
    ValueTask<ExportSchedule?> AddAsync(ExportSchedule schedule, CancellationToken cancellationToken);

    /// <summary>
    /// Changes a schedule, one change at a time; durable when it returns. <paramref name="change"/> must be pure: it may be called again
    /// when another change came first. What it returns as it was is not written.
    /// </summary>
    /// <returns>The schedule as it is then; null when there is none.</returns>
    ValueTask<ExportSchedule?> ChangeAsync(
        string id, Func<ExportSchedule, ExportSchedule> change, CancellationToken cancellationToken);

    /// <summary>Forgets a schedule; what it has exported stays.</summary>
    ValueTask RemoveAsync(string id, CancellationToken cancellationToken);
}
