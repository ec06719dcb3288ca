namespace Metering.Server.Engine;

/// <summary>The memory of rule 8 for commands that the store does not have yet.</summary>
internal sealed class UnwrittenIdentities
{
    // Not concurrent: the shard's thread alone comes here.
    private readonly Dictionary<IdentityKey, (AppliedRows Rows, int Row)> _rows = [];

    /// <summary>What is remembered of a key or event; null when it is not known here.</summary>
    internal Remembered? Find(IdentityKey identity) =>
        _rows.TryGetValue(identity, out var found) ? found.Rows.Remembered(found.Row) : null;

    internal void Add(AppliedRows rows, int index)
    {
        var row = rows.Rows[index];
        if (row.HasKey)
        {
            _rows[new IdentityKey(row.Cell.Key, row.KeyHash)] = (rows, index);
        }

        if (row.HasEvent)
        {
            _rows[new IdentityKey(row.Cell.Key, row.EventHash)] = (rows, index);
        }
    }

    /// <summary>Forgets everything that a batch brought.</summary>
    internal void Remove(AppliedRows rows)
    {
        foreach (var row in rows.Rows)
        {
            if (row.HasKey)
            {
                Remove(new IdentityKey(row.Cell.Key, row.KeyHash), rows);
            }

            if (row.HasEvent)
            {
                Remove(new IdentityKey(row.Cell.Key, row.EventHash), rows);
            }
        }
    }

    // A key whose memory is over may have counted again since, in a later batch: that one is not to be forgotten with the first.
    private void Remove(IdentityKey identity, AppliedRows rows)
    {
        if (_rows.TryGetValue(identity, out var known) && known.Rows == rows)
        {
            _rows.Remove(identity);
        }
    }
}
