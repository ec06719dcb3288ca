namespace Metering;

/// <summary>Moves the licenses of a plan to another version of it, in the background.</summary>
public interface IMigrations
{
    /// <summary>
    /// Starts a migration. One that is interrupted may be started again: licenses that are on the version already are left alone.
    /// </summary>
    /// <returns>The migration; null when the host has as many running as it takes.</returns>
    ValueTask<Migration?> StartAsync(string planId, int? fromVersion, int toVersion, CancellationToken cancellationToken);

    /// <summary>A migration; null when there is none, or it is forgotten.</summary>
    ValueTask<Migration?> FindAsync(string id, CancellationToken cancellationToken);
}
