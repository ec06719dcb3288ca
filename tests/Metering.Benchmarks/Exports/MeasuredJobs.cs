using System.Collections.Concurrent;
using Metering.Reports;

namespace Metering.Benchmarks;

/// <summary>The exports that are measured, in memory.</summary>
internal sealed class MeasuredJobs : IExportJobs
{
    private readonly ConcurrentDictionary<string, ExportJob> _jobs = new(StringComparer.Ordinal);

    public ValueTask<ExportJob?> AddAsync(ExportJob job, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ExportJob?>(_jobs.GetOrAdd(job.Id, job));

    public ValueTask<ExportJob?> FindAsync(string id, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_jobs.GetValueOrDefault(id));

    public ValueTask<Page<ExportJob>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new Page<ExportJob>([.. _jobs.Values.Take(limit)], null));

    public ValueTask<ExportJob?> ChangeAsync(string id, Func<ExportJob, ExportJob> change, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ExportJob?>(_jobs[id] = change(_jobs[id]));

    public ValueTask RemoveAsync(string id, CancellationToken cancellationToken)
    {
        _jobs.TryRemove(id, out _);
        return ValueTask.CompletedTask;
    }
}
