namespace Metering.Server.Engine;

/// <summary>
/// A shard's batches from when they were applied until the store has them: what must be taken back when a commit fails, and what
/// the shard must remember as long as the store does not.
/// </summary>
internal sealed class KeptBatches(UnwrittenIdentities unwritten)
{
    /// <summary>Emptied rows that are kept for the next batches; more are let go when nothing waits.</summary>
    private const int SpareRows = 16;

    /// <summary>The same for the pieces of their bytes: 4 MiB.</summary>
    private const int SparePieces = 256;

    private readonly Queue<Batch> _batches = new();
    private readonly Stack<AppliedRows> _rows = new();
    private readonly Stack<byte[]> _bytes = new();
    private int _epoch;

    /// <summary>The epoch in which the shard applies; the ones before it have ended.</summary>
    internal int Epoch => _epoch;

    /// <summary>Empty rows for a new batch.</summary>
    internal AppliedRows NewRows() => _rows.TryPop(out var rows) ? rows : new AppliedRows(_bytes);

    /// <summary>Keeps a batch that was applied.</summary>
    internal void Add(Batch batch) => _batches.Enqueue(batch);

    /// <summary>A commit has failed: brings every license back to what is durable, and begins a new epoch.</summary>
    internal void TakeBack(int epoch)
    {
        _epoch = epoch;
        foreach (var batch in _batches)
        {
            // A batch of an ended epoch that is not durable by now never will be.
            if (!batch.Durable)
            {
                TakeBack(batch);
            }
        }

        // After the loop above, and in order: a license ends up with the last of its batches that are durable.
        foreach (var batch in _batches)
        {
            if (batch.Durable)
            {
                Restore(batch);
            }
        }
    }

    /// <summary>
    /// Forgets the batches that the store has, and those that were taken back. A look-up must see in the store what is forgotten here.
    /// </summary>
    internal void Forget()
    {
        // A failed one stays until it was taken back: it says which states are to be restored.
        while (_batches.TryPeek(out var oldest) && (oldest.Materialized || (oldest.Failed && oldest.Epoch < _epoch)))
        {
            _batches.Dequeue();

            // Those of a failed batch were removed when it was taken back.
            if (oldest.Materialized)
            {
                unwritten.Remove(oldest.Applied);
            }

            foreach (var (cell, _) in oldest.Applied.States)
            {
                // Where a later batch has changed the license since, that one speaks for it.
                if (cell.LastBatch == oldest)
                {
                    cell.LastBatch = null;
                }
            }

            oldest.Applied.Clear();
            _rows.Push(oldest.Applied);
        }

        while (_batches.Count == 0 && _rows.Count > SpareRows)
        {
            _rows.Pop().Dispose();
        }

        while (_batches.Count == 0 && _bytes.Count > SparePieces)
        {
            _bytes.Pop();
        }
    }

    private void TakeBack(Batch batch)
    {
        unwritten.Remove(batch.Applied);
        foreach (var (cell, _) in batch.Applied.States)
        {
            cell.Current = cell.Committed;
            cell.LastBatch = null;
        }
    }

    // What is durable and not yet in the store keeps its license in memory.
    private static void Restore(Batch batch)
    {
        for (var i = 0; i < batch.Applied.States.Count; i++)
        {
            var cell = batch.Applied.States[i].Cell;
            (cell.LastBatch, cell.StateIndex) = (batch, i);
        }
    }
}
