namespace Metering.Server.Engine;

/// <summary>
/// What is remembered of the commands of one command's license, for its turn. A struct, so that a turn costs no allocation.
/// </summary>
internal readonly struct CommandMemory(ShardLicenses licenses, LicenseCell cell, PendingCommand command) : ITurnMemory
{
    // The texts were hashed where the command came in: there are more threads there than the one of the shard.

    /// <inheritdoc/>
    public Remembered? FindByKey(string key) => licenses.FindRemembered(new IdentityKey(cell.Key, command.KeyHash));

    /// <inheritdoc/>
    public Remembered? FindByEvent(string eventId) => licenses.FindRemembered(new IdentityKey(cell.Key, command.EventHash));
}
