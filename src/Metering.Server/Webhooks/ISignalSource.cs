using Metering.Server.Stores;

namespace Metering.Server.Webhooks;

/// <summary>Where signals come from, in the order of their making.</summary>
internal interface ISignalSource
{
    /// <summary>Signals after a place, oldest first.</summary>
    ValueTask<IReadOnlyList<StoredSignal>> ReadAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>Forgets signals up to a place: their deliveries are durable.</summary>
    Task RemoveThroughAsync(long id);
}
