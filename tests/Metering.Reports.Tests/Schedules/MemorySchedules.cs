namespace Metering.Reports.Tests.Schedules;

/// <summary>Schedules in memory.</summary>
internal sealed class MemorySchedules : IExportSchedules
{
    private readonly Dictionary<string, ExportSchedule> _schedules = [];

    public ExportSchedule this[string id] => _schedules[id];

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
        _schedules[id] = change(_schedules[id]);
        return ValueTask.FromResult<ExportSchedule?>(_schedules[id]);
    }

    public ValueTask RemoveAsync(string id, CancellationToken cancellationToken)
    {
        _schedules.Remove(id);
        return ValueTask.CompletedTask;
    }
}
