using System.Text.Json;
using Metering.Api;
using Metering.Reports;
using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Webhooks;

namespace Metering.Server.Exports;

/// <summary>Exports and schedules in the store.</summary>
internal sealed class SqliteExports(MeterEngine engine, ExportOptions options) : IExportJobs, IExportSchedules
{
    private const string List = "exports";

    /// <summary>Says that there may be something to do.</summary>
    internal event Action? Changed;

    /// <inheritdoc/>
    public async ValueTask<ExportJob?> AddAsync(ExportJob job, CancellationToken cancellationToken)
    {
        var kept = await engine.Store.RunAsync(store =>
        {
            if (Find(store, job.Id) is { } known)
            {
                return known;
            }

            if (Count(store, "SELECT COUNT(*) FROM export_job WHERE status = ?", (int)ExportStatus.Waiting) >= options.MaxWaiting)
            {
                return null;
            }

            Put(store, job);

            // The oldest that are over are forgotten; their files stay.
            store["""
                DELETE FROM export_job WHERE number IN (
                    SELECT number FROM export_job WHERE status >= ? ORDER BY number DESC LIMIT -1 OFFSET ?)
                """].Bind(1, (int)ExportStatus.Done).Bind(2, options.MaxKept).Run();
            return job;
        });

        // Not where it was there already: a round of schedules asks for it again and again, and would wake itself.
        if (ReferenceEquals(kept, job))
        {
            Changed?.Invoke();
        }

        return kept;
    }

    /// <inheritdoc/>
    public ValueTask<ExportJob?> FindAsync(string id, CancellationToken cancellationToken) =>
        engine.Readers.ReadAsync(store => Find(store, id), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Page<ExportJob>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        var before = cursor is null ? long.MaxValue : PageCursor.ReadNumber(List, cursor);
        return engine.Readers.ReadAsync(
            store =>
            {
                var (found, last) = (new List<ExportJob>(), 0L);
                var statement = store["SELECT number, body FROM export_job WHERE number < ? ORDER BY number DESC LIMIT ?"]
                    .Bind(1, before).Bind(2, limit + 1);
                while (statement.Next())
                {
                    if (found.Count == limit)
                    {
                        statement.Reset();
                        return new Page<ExportJob>(found, PageCursor.After(List, last));
                    }

                    last = statement.Integer(0);
                    found.Add(JsonSerializer.Deserialize(statement.Bytes(1), ManifestJson.Default.ExportJob)!);
                }

                return new Page<ExportJob>(found, null);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<ExportJob?> ChangeAsync(string id, Func<ExportJob, ExportJob> change, CancellationToken cancellationToken)
    {
        var changed = await engine.Store.RunAsync(store =>
        {
            if (Find(store, id) is not { } before)
            {
                return null;
            }

            var after = change(before);
            if (!ReferenceEquals(before, after))
            {
                Put(store, after);
            }

            return after;
        });
        if (changed is { IsOver: true } or { Status: ExportStatus.Waiting })
        {
            Changed?.Invoke();
        }

        return changed;
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(string id, CancellationToken cancellationToken) => await engine.Store.RunAsync(store =>
    {
        store["DELETE FROM export_job WHERE id = ?"].Bind(1, id).Run();
        return true;
    });

    /// <summary>The ids of exports that wait, were interrupted or are to stop, the oldest first.</summary>
    internal ValueTask<List<string>> OpenAsync(CancellationToken cancellationToken) => engine.Readers.ReadAsync(
        store =>
        {
            var ids = new List<string>();
            var statement = store["SELECT id FROM export_job WHERE status < ? ORDER BY number"].Bind(1, (int)ExportStatus.Done);
            while (statement.Next())
            {
                ids.Add(statement.Text(0));
            }

            return ids;
        },
        cancellationToken);

    ValueTask<IReadOnlyList<ExportSchedule>> IExportSchedules.ListAsync(CancellationToken cancellationToken) =>
        engine.Readers.ReadAsync(
            IReadOnlyList<ExportSchedule> (store) => WebhookRows.Read(
                store["SELECT body FROM export_schedule ORDER BY number"], ManifestJson.Default.ExportSchedule),
            cancellationToken);

    ValueTask<ExportSchedule?> IExportSchedules.FindAsync(string id, CancellationToken cancellationToken) =>
        engine.Readers.ReadAsync(store => FindSchedule(store, id), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ExportSchedule?> AddAsync(ExportSchedule schedule, CancellationToken cancellationToken)
    {
        var kept = await engine.Store.RunAsync(store =>
        {
            if (FindSchedule(store, schedule.Id) is { } known)
            {
                return known;
            }

            if (Count(store, "SELECT COUNT(*) FROM export_schedule WHERE number >= ?", 0) >= options.MaxSchedules)
            {
                return null;
            }

            Put(store, schedule);
            return schedule;
        });
        Changed?.Invoke();
        return kept;
    }

    /// <inheritdoc/>
    public async ValueTask<ExportSchedule?> ChangeAsync(
        string id, Func<ExportSchedule, ExportSchedule> change, CancellationToken cancellationToken) =>
        await engine.Store.RunAsync(store =>
        {
            if (FindSchedule(store, id) is not { } before)
            {
                return null;
            }

            var after = change(before);
            if (before != after)
            {
                Put(store, after);
            }

            return after;
        });

    ValueTask IExportSchedules.RemoveAsync(string id, CancellationToken cancellationToken) => new(engine.Store.RunAsync(store =>
    {
        store["DELETE FROM export_schedule WHERE id = ?"].Bind(1, id).Run();
        return true;
    }));

    private static ExportJob? Find(Database store, string id) => WebhookRows.Read(
        store["SELECT body FROM export_job WHERE id = ?"].Bind(1, id), ManifestJson.Default.ExportJob).SingleOrDefault();

    private static ExportSchedule? FindSchedule(Database store, string id) => WebhookRows.Read(
        store["SELECT body FROM export_schedule WHERE id = ?"].Bind(1, id), ManifestJson.Default.ExportSchedule).SingleOrDefault();

    private static void Put(Database store, ExportJob job) => store["""
        INSERT INTO export_job (id, status, body) VALUES (?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET status = excluded.status, body = excluded.body
        """].Bind(1, job.Id).Bind(2, (int)job.Status)
        .Bind(3, JsonSerializer.SerializeToUtf8Bytes(job, ManifestJson.Default.ExportJob)).Run();

    private static void Put(Database store, ExportSchedule schedule) => store[
        "INSERT INTO export_schedule (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body"]
        .Bind(1, schedule.Id).Bind(2, JsonSerializer.SerializeToUtf8Bytes(schedule, ManifestJson.Default.ExportSchedule)).Run();

    private static long Count(Database store, string query, long value) => store[query].Bind(1, value).Number() ?? 0;
}
