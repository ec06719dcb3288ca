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
        var started = new Migration
        {
            Id = $"mig_{Guid.CreateVersion7():N}",
            PlanId = planId,
            FromVersion = fromVersion,
            ToVersion = toVersion,
        };

        // The record first, so that it is found by the id that the caller gets.
        if (!await records.TryAddAsync(started, options.Value.MaxMigrations, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        try
        {
            var client = await clients.GetAsync(cancellationToken).ConfigureAwait(false);
            await client.ScheduleNewOrchestrationInstanceAsync(
                MigrationOrchestration.Name, new MigrationWork(started, null), new StartOrchestrationOptions(started.Id), cancellationToken)
                    .ConfigureAwait(false);
        }
        catch
        {
            // Or it would count as one that runs. If it was started all the same, it puts its record back by itself.
            await records.RemoveAsync(started.Id, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        return started;
    }

    /// <inheritdoc/>
    public ValueTask<Migration?> FindAsync(string id, CancellationToken cancellationToken) => records.FindAsync(id, cancellationToken);
}
