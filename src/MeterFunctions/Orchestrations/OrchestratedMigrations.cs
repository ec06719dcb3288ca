using MeterFunctions.Entities;
using Metering;
using Metering.Api;
using Microsoft.DurableTask;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Orchestrations;

/// <summary>Migrations as orchestrations: they go on where they were when an instance ends.</summary>
internal sealed class OrchestratedMigrations(MigrationRecords records, DurableClients clients, IOptions<ApiOptions> options) : IMigrations
{
    /// <inheritdoc/>
    public async ValueTask<Migration?> StartAsync(string planId, int? fromVersion, int toVersion, CancellationToken cancellationToken)
    {
        var known = await records.ListAsync(cancellationToken).ConfigureAwait(false);
        if (known.Count(migration => migration.Status == MigrationStatus.Running) >= options.Value.MaxMigrations)
        {
            return null;
        }

        foreach (var old in
            known.Where(migration => migration.Status != MigrationStatus.Running)
                .Take(Math.Max(0, known.Count - MigrationRecords.MaxCount + 1)))
        {
            await records.RemoveAsync(old.Id, cancellationToken).ConfigureAwait(false);
        }

        var started = new Migration
        {
            Id = $"mig_{Guid.CreateVersion7():N}",
            PlanId = planId,
            FromVersion = fromVersion,
            ToVersion = toVersion,
        };

        // The record first, so that it is found by the id that the caller gets.
        await records.PutAsync(started, cancellationToken).ConfigureAwait(false);
        var client = await clients.GetAsync(cancellationToken).ConfigureAwait(false);
        await client.ScheduleNewOrchestrationInstanceAsync(
            MigrationOrchestration.Name, new MigrationWork(started, null), new StartOrchestrationOptions(started.Id), cancellationToken)
                .ConfigureAwait(false);
        return started;
    }

    /// <inheritdoc/>
    public ValueTask<Migration?> FindAsync(string id, CancellationToken cancellationToken) => records.FindAsync(id, cancellationToken);
}
