using System.Text.Json;
using Grpc.Core;
using Metering;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace MeterFunctions.Entities;

/// <summary>Reads what a license's entity last committed: one point read.</summary>
internal sealed class CounterReader(DurableClients clients)
{
    /// <summary>The committed state; null when the license has none.</summary>
    /// <exception cref="StoreUnavailableException">The host of the entities does not answer.</exception>
    public async ValueTask<CounterState?> ReadAsync(string licenseId, CancellationToken cancellationToken)
    {
        try
        {
            var client = await clients.GetAsync(cancellationToken).ConfigureAwait(false);
            var entity = await client.Entities.GetEntityAsync<JsonElement>(LicenseCounter.IdOf(licenseId), cancellationToken)
                .ConfigureAwait(false);
            return entity is { IncludesState: true } ? CounterState.FromJson(entity.State) : null;
        }
        catch (RpcException fault) when (!cancellationToken.IsCancellationRequested)
        {
            // The worker reaches the task hub by way of its host, by gRPC: what it says of a lost storage is no Azure exception.
            throw new StoreUnavailableException($"The state of license {licenseId} cannot be read.", fault);
        }
    }

    /// <summary>The license's last committed sequence number; null when it has no state.</summary>
    public async ValueTask<long?> SequenceAsync(string licenseId, CancellationToken cancellationToken) =>
        (await ReadAsync(licenseId, cancellationToken).ConfigureAwait(false))?.License?.Sequence;
}
