using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Entities;

/// <summary>What is remembered of a license's commands, as far as it was read from the ledger; by row key.</summary>
internal readonly struct IdentityRows(IReadOnlyDictionary<string, IdentityRow> rows) : ITurnMemory
{
    /// <inheritdoc/>
    public Remembered? FindByKey(string key) => Find(TableKeys.IdentityOfKey(key));

    /// <inheritdoc/>
    public Remembered? FindByEvent(string eventId) => Find(TableKeys.IdentityOfEvent(eventId));

    private Remembered? Find(string rowKey) => rows.TryGetValue(rowKey, out var row) ? row.Remembered : null;
}
