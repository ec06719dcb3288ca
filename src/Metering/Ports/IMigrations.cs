namespace Metering;

/// <summary>Moves the licenses of a plan to another version of it, in the background.</summary>
public interface IMigrations
{
    /// <summary>
    /// Starts a migration, unless there is one with this id. So a caller that does not know whether it has started calls again with the
    /// same id. Licenses that are on the version already are left alone.
    /// </summary>
    /// <param name="id">Its id; ids rise with time.</param>
    /// <param name="planId">The plan.</param>
    /// <param name="fromVersion">Which licenses move: those on this version; null: all of the plan.</param>
    /// <param name="toVersion">The version to which they move.</param>
    /// <param name="cancellationToken">Ends the start, not the migration.</param>
    /// <returns>The migration; null when the host has as many running as it takes.</returns>
    ValueTask<Migration?> StartAsync(string id, string planId, int? fromVersion, int toVersion, CancellationToken cancellationToken);

    /// <summary>A migration; null when there is none, or it is forgotten.</summary>
    ValueTask<Migration?> FindAsync(string id, CancellationToken cancellationToken);
}
