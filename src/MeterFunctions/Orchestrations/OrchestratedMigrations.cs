using MeterFunctions.Entities;
using Metering;
using Metering.Api;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Orchestrations;

/// <summary>Migrations as orchestrations: they go on where they were when an instance ends.</summary>
internal sealed class OrchestratedMigrations(MigrationRecords records, DurableClients clients, IOptions<ApiOptions> options) : IMigrations
{
    /// <inheritdoc/>
    public async ValueTask<Migration?> StartAsync(
        string id, string planId, int? fromVersion, int toVersion, CancellationToken cancellationToken)
    {
        if (await records.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } known)
        {
            if (known.Status == MigrationStatus.Running)
            {
                // The try that made the record may have ended before it could start the orchestration.
                await EnsureAsync(known, cancellationToken).ConfigureAwait(false);
            }

            return known;
        }

        var started = new Migration
        {
            Id = id,
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
            await EnsureAsync(started, cancellationToken).ConfigureAwait(false);
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

    private async ValueTask EnsureAsync(Migration migration, CancellationToken cancellationToken)
    {
        var client = await clients.GetAsync(cancellationToken).ConfigureAwait(false);
        await Steps.EnsureAsync(
            client, MigrationOrchestration.Name, migration.Id, new MigrationWork(migration, null), cancellationToken)
            .ConfigureAwait(false);
    }
}
