namespace Metering.Server.Webhooks;

/// <summary>
/// Signals that wait until they are made into deliveries, in the order of their making. They are in the file that commits what caused them,
/// and deliveries are in another; so a signal is read, made into deliveries, and only then removed.
/// </summary>
internal interface ISignalOutbox
{
    /// <summary>Signals after a place, oldest first.</summary>
    /// <param name="after">The place; 0 for the beginning.</param>
    /// <param name="limit">Most signals to return.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    ValueTask<IReadOnlyList<OutboxSignal>> ReadAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The place of the last signal of everything that was acknowledged before this was asked; 0 where there has been none. What comes
    /// later has a later place.
    /// </summary>
    Task<long> EndAsync();

    /// <summary>Forgets signals up to a place: their deliveries are durable.</summary>
    Task RemoveThroughAsync(long position);
}
