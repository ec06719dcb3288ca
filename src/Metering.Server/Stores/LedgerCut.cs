using Metering.Server.Evidence;
using Metering.Server.Storage;

namespace Metering.Server.Stores;

/// <summary>
/// Removes the oldest ledger rows. What they came to is kept as a snapshot of their license, in the same transaction, so that what is left
/// can be proven as before: the snapshot is made from the rows, never from the license's state.
/// </summary>
internal sealed class LedgerCut
{
    /// <summary>Each license costs a snapshot, which costs more than a row.</summary>
    private const int MaxLicenses = 100;

    private readonly Database _store;
    private readonly long _license;
    private readonly LicenseReplay _replay;
    private (long Id, long Row, long Count) _run;
    private long _removed;
    private long _last;
    private string? _fault;

    private LedgerCut(Database store, long license)
    {
        _store = store;
        _license = license;
        var statement = store["SELECT id FROM license WHERE key = ?"].Bind(1, license);
        var name = statement.Next() ? statement.Text(0) : "";
        statement.Reset();
        _replay = LicenseReplay.Begin(store, license, name, Tell);
        _last = _replay.First - 1;
    }

    /// <summary>Removes some of the rows that are over. The caller has opened the transaction.</summary>
    /// <param name="store">The store.</param>
    /// <param name="before">An entry is over before this, in Unix milliseconds.</param>
    /// <param name="daysFrom">The first day whose rollups are kept.</param>
    /// <param name="most">Most rows to remove.</param>
    /// <returns>How many rows were removed; 0 when none is over.</returns>
    internal static int Step(Database store, long before, DateOnly daysFrom, int most)
    {
        var written = WrittenOrder.FirstWrittenAfter(store, before);
        var rows = Over(store, before, written, most);
        if (rows.Count == 0)
        {
            return 0;
        }

        // One license after the other, so that each gets one snapshot for all of its rows.
        foreach (var license in rows.GroupBy(row => row.License, row => row.Id))
        {
            new LedgerCut(store, license.Key).Remove(license, daysFrom);
        }

        // verify counts the rows from here on; without the mark, removed ones would be missing ones.
        Marks.Write(store, Marks.LedgerRemoved, rows[^1].Id);
        WrittenOrder.Forget(store, written);
        return rows.Count;
    }

    // The ledger lies in the order in which it was written. An entry whose answer is still remembered stays, whatever its age.
    private static List<(long Id, long License)> Over(Database store, long before, long written, int most)
    {
        var rows = new List<(long Id, long License)>();
        var licenses = new HashSet<long>();
        var statement = store["SELECT id, license, at FROM ledger WHERE id <= ? ORDER BY id LIMIT ?"]
            .Bind(1, Retention.ForgottenThrough(store)).Bind(2, most);
        while (statement.Next())
        {
            licenses.Add(statement.Integer(1));
            if ((statement.Integer(2) >= before && statement.Integer(0) >= written) || licenses.Count > MaxLicenses)
            {
                statement.Reset();
                break;
            }

            rows.Add((statement.Integer(0), statement.Integer(1)));
        }

        return rows;
    }

    private void Remove(IEnumerable<long> rows, DateOnly daysFrom)
    {
        foreach (var row in rows)
        {
            if (row != _run.Row + _removed || _removed == _run.Count)
            {
                ShortenRun();
                ReadRun(row);
            }

            if (_run.Count > 0)
            {
                Take(row, LedgerId.Sequence(_run.Id) + _removed);
                _removed++;
            }

            _store["DELETE FROM ledger WHERE id = ?"].Bind(1, row).Run();
        }

        ShortenRun();
        Snapshots.Put(_store, _license, _replay.Snapshot(_last, daysFrom, _fault));
    }

    private void Take(long row, long sequence)
    {
        if (sequence != _last + 1)
        {
            Tell($"entry {sequence} followed entry {_last}");
            _replay.Miss();
        }

        var statement = _store[$"SELECT {LedgerRow.Columns} FROM ledger WHERE id = ?"].Bind(1, row);
        statement.Next();
        _replay.Take(new LedgerRow(statement), sequence, Tell);
        statement.Reset();
        _last = sequence;
    }

    private void ReadRun(long row)
    {
        var statement = _store["SELECT id, row, count FROM ledger_run_all WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1"]
            .Bind(1, LedgerId.Of(_license, 0)).Bind(2, LedgerId.Of(_license, LedgerId.MaxSequence));

        // Rows are removed from the oldest on, so it must be the first row of the license's first run.
        _run = statement.Next() && statement.Integer(1) == row
            ? (statement.Integer(0), statement.Integer(1), statement.Integer(2))
            : default;
        statement.Reset();
        _removed = 0;
        if (_run.Count == 0)
        {
            Tell($"ledger row {row} was in no run of its entries");
        }
    }

    // A run gets shorter from its beginning and is gone with its last entry.
    private void ShortenRun()
    {
        if (_removed == 0)
        {
            return;
        }

        if (_removed >= _run.Count)
        {
            LedgerRuns.Remove(_store, _run.Id);
        }
        else
        {
            LedgerRuns.Shorten(_store, _run.Id, _removed);
        }
    }

    private void Tell(string what) => _fault ??= what;
}
