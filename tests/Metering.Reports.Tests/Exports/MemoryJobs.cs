namespace Metering.Reports.Tests.Exports;

/// <summary>Exports in memory.</summary>
internal sealed class MemoryJobs : IExportJobs
{
    private readonly List<ExportJob> _jobs = [];

    public int MaxWaiting { get; set; } = 100;

    public int Count => _jobs.Count;

    public IReadOnlyList<ExportJob> All => _jobs;

    /// <summary>What somebody else does to a job before the next change of it.</summary>
    public Func<ExportJob, ExportJob>? Before { get; set; }

    public ValueTask<ExportJob?> AddAsync(ExportJob job, CancellationToken cancellationToken)
    {
        if (_jobs.Find(one => one.Id == job.Id) is { } known)
        {
            return ValueTask.FromResult<ExportJob?>(known);
        }

        if (_jobs.Count(one => one.Status == ExportStatus.Waiting) >= MaxWaiting)
        {
            return ValueTask.FromResult<ExportJob?>(null);
        }

        _jobs.Add(job);
        return ValueTask.FromResult<ExportJob?>(job);
    }

    public ValueTask<ExportJob?> FindAsync(string id, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_jobs.Find(job => job.Id == id));

    public ValueTask<Page<ExportJob>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new Page<ExportJob>([.. Enumerable.Reverse(_jobs).Take(limit)], null));

    public ValueTask<ExportJob?> ChangeAsync(string id, Func<ExportJob, ExportJob> change, CancellationToken cancellationToken)
    {
        var index = _jobs.FindIndex(job => job.Id == id);
        if (index < 0)
        {
            return ValueTask.FromResult<ExportJob?>(null);
        }

        if (_jobs[index].Status == ExportStatus.Running && Before is { } before)
        {
            _jobs[index] = before(_jobs[index]);
        }

        _jobs[index] = change(_jobs[index]);
        return ValueTask.FromResult<ExportJob?>(_jobs[index]);
    }

    public ValueTask RemoveAsync(string id, CancellationToken cancellationToken)
    {
        _jobs.RemoveAll(job => job.Id == id);
        return ValueTask.CompletedTask;
    }
}
