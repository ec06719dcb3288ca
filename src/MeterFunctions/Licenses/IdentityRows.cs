using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Licenses;

/// <summary>What is remembered of a license's commands, as far as it was looked up.</summary>
internal readonly struct IdentityRows(IdentityMemory memory) : ITurnMemory
{
    /// <inheritdoc/>
    public Remembered? FindByKey(string key) => memory.Find(TableKeys.IdentityOfKey(key))?.Remembered;

    /// <inheritdoc/>
    public Remembered? FindByEvent(string eventId) => memory.Find(TableKeys.IdentityOfEvent(eventId))?.Remembered;
}
