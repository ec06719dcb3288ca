using Metering.Server.Storage;

namespace Metering.Server.Engine;

/// <summary>
/// Applies what the journal holds to the store's states, in order, and empties it. A command that the store has already, by its
/// sequence number, is passed over; so a replay that is interrupted simply begins again.
/// </summary>
internal sealed class JournalReplay(Database store, Database journal, SharedTerms terms, EngineOptions options)
{
    private readonly Dictionary<string, LicenseCell> _cells = new(StringComparer.Ordinal);
    private readonly List<Batch> _batches = [];
    private long _lastKey;
    private int _pending;

    /// <summary>How many commands were applied.</summary>
    internal long Commands { get; private set; }

    /// <summary>The highest row of the journal.</summary>
    internal long LastId { get; private set; }

    /// <exception cref="DataDirectoryException">A command does not lead to where it led when it was journaled.</exception>
    internal void Run()
    {
        _lastKey = LicenseStates.LastKey(store);
        foreach (var (id, block) in Blocks())
        {
            var batch = new Batch(null, null, new AppliedRows(), 0);
            foreach (var record in JournalBlock.Read(block))
            {
                Apply(record, batch);
            }

            LastId = id;
            _batches.Add(batch);
            _pending += batch.Weight;
            if (_pending >= options.WriteOutEntries)
            {
                Write();
            }
        }

        Write();
        if (LastId > 0)
        {
            journal.InTransaction(database =>
            {
                database["DELETE FROM journal"].Run();
                return true;
            });
        }
    }

    private IEnumerable<(long Id, byte[] Block)> Blocks()
    {
        var last = 0L;
        while (true)
        {
            var statement = journal["SELECT id, block FROM journal WHERE id > ? ORDER BY id LIMIT 1"].Bind(1, last);
            if (!statement.Next())
            {
                yield break;
            }

            last = statement.Integer(0);
            var block = statement.Bytes(1).ToArray();
            statement.Reset();
            yield return (last, block);
        }
    }

    private void Apply(JournalRecord record, Batch batch)
    {
        var cell = Cell(record.LicenseId);
        if (cell.Current is { } state && state.Sequence >= record.Sequence)
        {
            return;
        }

        var outcome = LicenseMeter.Apply(cell.Current, record.Command, record.Now, options.Rules, record.Once?.Key);
        if (outcome.State.Sequence != record.Sequence)
        {
            throw new DataDirectoryException(
                $"The journal does not fit the store: license {record.LicenseId} came to entry {outcome.State.Sequence} where it had come to "
                + $"{record.Sequence}. meter.db and journal.db must be of the same moment and version; restore both from one backup.");
        }

        if (cell.Key == 0)
        {
            cell.Key = ++_lastKey;
        }

        cell.Current = outcome.State;
        batch.Applied.Add(new PendingCommand(record.LicenseId, record.Command, record.Once), cell, outcome);
        if (cell.LastBatch == batch)
        {
            batch.Applied.States[cell.StateIndex] = (cell, outcome.State);
        }
        else
        {
            (cell.LastBatch, cell.StateIndex) = (batch, batch.Applied.States.Count);
            batch.Applied.States.Add((cell, outcome.State));
        }

        Commands++;
    }

    private void Write()
    {
        if (_batches.Count > 0)
        {
            store.InTransaction(database => StoreRows.Write(database, _batches, options.OutboxSignals, null));
        }

        _batches.ForEach(batch => batch.Applied.Dispose());
        _batches.Clear();
        _cells.Clear();
        _pending = 0;
    }

    private LicenseCell Cell(string licenseId)
    {
        if (!_cells.TryGetValue(licenseId, out var cell))
        {
            var stored = LicenseStates.Find(store, licenseId, terms);
            cell = new LicenseCell(licenseId, stored?.Key ?? 0) { Current = stored?.State };
            _cells.Add(licenseId, cell);
        }

        return cell;
    }
}
