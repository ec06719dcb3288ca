namespace Metering.Reports.Tests.Schedules;

/// <summary>Schedules in memory.</summary>
internal sealed class MemorySchedules : IExportSchedules
{
    private readonly Dictionary<string, ExportSchedule> _schedules = [];

    public ExportSchedule this[string id] => _schedules[id];

    /// <summary>What somebody else makes of a schedule before the next change of it; null: nothing.</summary>
    public ExportSchedule? Meanwhile { get; set; }

    public ValueTask<IReadOnlyList<ExportSchedule>> ListAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<ExportSchedule>>([.. _schedules.Values]);

    public ValueTask<ExportSchedule?> FindAsync(string id, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_schedules.GetValueOrDefault(id));

    public ValueTask<ExportSchedule?> AddAsync(ExportSchedule schedule, CancellationToken cancellationToken)
    {
        _schedules.TryAdd(schedule.Id, schedule);
        return ValueTask.FromResult<ExportSchedule?>(_schedules[schedule.Id]);
    }

    public ValueTask<ExportSchedule?> ChangeAsync(
        string id, Func<ExportSchedule, ExportSchedule> change, CancellationToken cancellationToken)
    {
        if (!_schedules.TryGetValue(id, out var known))
        {
            return ValueTask.FromResult<ExportSchedule?>(null);
        }

        (known, Meanwhile) = (Meanwhile ?? known, null);
        _schedules[id] = change(known);
        return ValueTask.FromResult<ExportSchedule?>(_schedules[id]);
    }

    public ValueTask RemoveAsync(string id, CancellationToken cancellationToken)
    {
        _schedules.Remove(id);
        return ValueTask.CompletedTask;
    }
}
