using Metering.Server.Storage;

namespace Metering.Server.Engine;

/// <summary>
/// Applies what the journal holds to the store's states, in order, and empties it. A command that the store has already, by its
/// sequence number, is passed over; so a replay that is interrupted simply begins again. Everything is decided before anything is
/// written, so that a journal that does not fit changes nothing. It takes as much memory as what waited to be written out when the
/// server ended (<see cref="ServerOptions.MaxPendingEntries"/>).
/// </summary>
internal sealed class JournalReplay(Database store, Database journal, SharedTerms terms, ServerOptions options)
{
    private readonly Dictionary<string, LicenseCell> _cells = new(StringComparer.Ordinal);
    private readonly List<Batch> _batches = [];
    private readonly Stack<byte[]> _bytes = new();
    private long _lastKey;

    /// <summary>How many commands were applied.</summary>
    internal long Commands { get; private set; }

    /// <summary>The host's time when the last commands were decided, in Unix milliseconds; 0 when there were none.</summary>
    internal long LastAt { get; private set; }

    /// <summary>The highest row that the journal ever had.</summary>
    internal long LastId { get; private set; }

    /// <exception cref="DataDirectoryException">A block is damaged, or a command does not lead to where it led when it was journaled;
    /// nothing was changed.</exception>
    internal void Run()
    {
        _lastKey = LicenseStates.LastKey(store);
        LastId = FileAgreement.LastRow(journal);
        foreach (var (id, block) in Blocks())
        {
            var batch = new Batch(null, null, new AppliedRows(_bytes), 0) { JournalId = id };
            var (decidedBy, hostNow, records) = Read(id, block);
            LastAt = hostNow;
            foreach (var record in records)
            {
                Apply(record, decidedBy, batch);
            }

            _batches.Add(batch);
        }

        if (_batches.Count == 0)
        {
            // As after a clean end: the mark says already what is written behind this.
            return;
        }

        Write();
        journal.InTransaction(database =>
        {
            database["DELETE FROM journal"].Run();

            // The store knows these numbers. Without the mark an empty journal would look older than the store (FileAgreement).
            Marks.Write(database, Marks.JournalRow, LastId);
            return true;
        });
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

            // A copy, because SQLite's bytes are gone with the next step.
            var block = statement.Bytes(1).ToArray();
            statement.Reset();
            yield return (last, block);
        }
    }

    private static (DecidedBy DecidedBy, long HostNow, List<JournalRecord> Records) Read(long id, byte[] block)
    {
        try
        {
            return JournalBlock.Read(block);
        }
        catch (InvalidDataException damage)
        {
            // What it held was acknowledged, so it is not passed over.
            throw new DataDirectoryException(
                $"Row {id} of the journal can't be read: {damage.Message} Restore meter.db and journal.db from one backup. Nothing was changed.",
                damage);
        }
    }

    private void Apply(JournalRecord record, DecidedBy decidedBy, Batch batch)
    {
        var cell = Cell(record.LicenseId);
        if (cell.Current is { } state && state.Sequence >= record.Sequence)
        {
            return;
        }

        // With the rules of then: what was acknowledged must not become something else because an option was changed since.
        var command = new SingleCommand(record.LicenseId, record.Command, record.Once);

        // Not Take: when it was journaled it was no repeat, and keys may have been forgotten or remembered since.
        if (Turn.Decide(cell.Current, command.Submission, record.Now, decidedBy.Rules) is not Outcome outcome)
        {
            throw new DataDirectoryException(
                $"The journal does not fit the store: it goes on with license {record.LicenseId}, which the store does not have. {Remedy(decidedBy)}");
        }

        if (outcome.State.Sequence != record.Sequence)
        {
            throw new DataDirectoryException(
                $"The journal does not fit the store: license {record.LicenseId} came to entry {outcome.State.Sequence} where it had come to "
                + $"{record.Sequence}. {Remedy(decidedBy)}");
        }

        if (cell.Key == 0)
        {
            // The journal has no keys of the store. Licenses that are not in the store yet get theirs anew.
            cell.Key = ++_lastKey;
        }

        batch.Set(cell, outcome.State);
        var (_, checksum) = batch.Applied.Add(command, cell, outcome);
        if (checksum != record.Outcome)
        {
            throw new DataDirectoryException(
                $"The journal does not fit this server: entry {record.Sequence} of license {record.LicenseId} came to another outcome than the "
                + $"one that was acknowledged. {Remedy(decidedBy)}");
        }

        Commands++;
    }

    private static string Remedy(DecidedBy decidedBy) => decidedBy.Code == DecidedBy.ThisCode
        ? "meter.db and journal.db must be of the same moment; restore both from one backup. Nothing was changed."
        : $"It was decided by version {decidedBy.Code}; this is {DecidedBy.ThisCode}. Start that version once and stop it, so that it writes "
            + "its journal out, and then this one; or restore both from one backup. Nothing was changed.";

    // In slices, each with the journal's row up to which it goes: a replay that is interrupted between them begins again behind them.
    private void Write()
    {
        using var rows = new StoreRows(filter: null, options);
        var from = 0;
        while (from < _batches.Count)
        {
            var (to, pending) = (from, 0);
            while (to < _batches.Count && (to == from || pending + _batches[to].Weight <= options.WriteOutEntries))
            {
                pending += _batches[to++].Weight;
            }

            var slice = _batches.GetRange(from, to - from);
            store.InTransaction(database => rows.Write(database, slice, LastAt));
            slice.ForEach(batch => batch.Applied.Dispose());
            from = to;
        }
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
