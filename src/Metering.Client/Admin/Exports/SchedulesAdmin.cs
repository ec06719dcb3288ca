namespace Metering.Client.Admin;

/// <summary>Exports that come by themselves.</summary>
public sealed class SchedulesAdmin
{
    private readonly AdminHttp _http;

    internal SchedulesAdmin(AdminHttp http) => _http = http;

    /// <summary>Makes one.</summary>
    public Task<ExportSchedule> CreateAsync(
        ExportScheduleChange schedule, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            AdminPath.Of("export-schedules"), schedule, AdminJson.Default.ExportScheduleChange, AdminJson.Default.ExportSchedule,
            idempotencyKey, cancellationToken);

    /// <summary>All of them, with their next runs.</summary>
    public IAsyncEnumerable<ExportSchedule> ListAsync(CancellationToken cancellationToken = default) =>
        _http.ListWholeAsync(AdminPath.Of("export-schedules"), AdminJson.Default.ExportSchedulePart, cancellationToken);

    /// <summary>One of them.</summary>
    public Task<ExportSchedule> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _http.GetAsync(AdminPath.Of("export-schedules", id), AdminJson.Default.ExportSchedule, cancellationToken);

    /// <summary>Changes, pauses or restarts one.</summary>
    public Task<ExportSchedule> ChangeAsync(
        string id, ExportScheduleChange change, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _http.ChangeAsync(
            HttpMethod.Patch, AdminPath.Of("export-schedules", id), change, AdminJson.Default.ExportScheduleChange, AdminJson.Default.ExportSchedule,
            idempotencyKey, cancellationToken);

    /// <summary>Forgets one; what it exported stays.</summary>
    public Task DeleteAsync(string id, CancellationToken cancellationToken = default) =>
        _http.DeleteAsync(AdminPath.Of("export-schedules", id), cancellationToken);
}
