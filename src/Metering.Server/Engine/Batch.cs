namespace Metering.Server.Engine;

/// <summary>What a shard applied in one go, and what becomes durable together.</summary>
/// <param name="shard">The shard; null for a replay of the journal.</param>
/// <param name="block">Where its journal records go; the shard's, to be given back when they are durable.</param>
/// <param name="applied">What its commands made; the shard's, to be given back when the store has it.</param>
/// <param name="epoch">The shard's epoch: a failed commit ends one, and everything applied in it and not yet durable.</param>
internal sealed class Batch(Shard? shard, JournalBlock? block, AppliedRows applied, int epoch)
{
    // Set by the threads of the journal and of the store, read by the shard's.
    private volatile bool _durable;
    private volatile bool _materialized;
    private volatile bool _failed;

    internal Shard? Shard { get; } = shard;

    internal int Epoch { get; } = epoch;

    /// <summary>The commands to answer; empty once they are.</summary>
    internal List<PendingCommand> Commands { get; set; } = [];

    internal JournalBlock? Block { get; } = block;

    internal AppliedRows Applied { get; } = applied;

    /// <summary>The row of the journal; 0 when there is nothing to keep.</summary>
    internal long JournalId { get; set; }

    /// <summary>How much of the room for pending entries it takes; 0 when the store needs nothing of it.</summary>
    // A batch of refusals has states and no rows: it takes room too, because its states are to be written out.
    internal int Weight => Math.Max(Applied.Rows.Count, Applied.States.Count);

    /// <summary>Whether the journal has it.</summary>
    internal bool Durable
    {
        get => _durable;
        set => _durable = value;
    }

    /// <summary>Whether the store has all of it.</summary>
    internal bool Materialized
    {
        get => _materialized;
        set => _materialized = value;
    }

    /// <summary>
    /// Takes a license's state as it is after the last of the batch's commands. Of a license the batch has the last state only.
    /// </summary>
    internal void Set(LicenseCell cell, LicenseState state)
    {
        cell.Current = state;

        // The last state alone, whatever the number of commands: only that one is made durable and written out.
        if (cell.LastBatch == this)
        {
            Applied.States[cell.StateIndex] = (cell, state);
        }
        else
        {
            (cell.LastBatch, cell.StateIndex) = (this, Applied.States.Count);
            Applied.States.Add((cell, state));
        }
    }

    /// <summary>Whether it could not be made durable, so that none of it happened.</summary>
    internal bool Failed
    {
        get => _failed;
        set => _failed = value;
    }
}
