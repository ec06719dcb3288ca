using Metering.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Metering.Server.Evidence;

/// <summary>
/// Gives out the keys of all licenses, in order, a few at a time, to whichever thread asks; and tells of rows that belong to keys between
/// them, of which no license has one.
/// </summary>
internal sealed class LicenseKeys(Database store, Findings findings)
{
    // A few, because licenses differ in size: a thread that meets a large one leaves the others to the rest.
    private const int MaxAtOnce = 8;

    private static readonly (string Table, string Query, int Shift)[] Others =
    [
        ("ledger_run", "SELECT id FROM ledger_run_all WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1", LedgerId.SequenceBits),
        ("identity", "SELECT id FROM identity_all WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1", IdentityTable.IdBits),
        ("rollup", "SELECT license FROM rollup WHERE license BETWEEN ? AND ? LIMIT 1", 0),
        ("closed_period", "SELECT license FROM closed_period WHERE license BETWEEN ? AND ? LIMIT 1", 0),
        ("snapshot", "SELECT license FROM snapshot WHERE license BETWEEN ? AND ? LIMIT 1", 0),
    ];

    private readonly Lock _gate = new();
    private long _last;
    private bool _ended;

    /// <summary>The next keys; none when there are no more.</summary>
    internal IReadOnlyList<long> Next()
    {
        lock (_gate)
        {
            var keys = new List<long>(MaxAtOnce);
            while (!_ended && keys.Count < MaxAtOnce && ReadAfter(_last) is { } key)
            {
                LookBetween(_last + 1, key - 1);
                _last = key;
                keys.Add(key);
            }

            if (keys.Count == 0 && !_ended)
            {
                _ended = true;

                // Up to the highest key for which LedgerId has bits.
                LookBetween(_last + 1, (1L << (63 - LedgerId.SequenceBits)) - 1);
            }

            return keys;
        }
    }

    // Where a page is broken, the search goes on behind its keys: each of these is given out, so that it is told of which license it is.
    private long? ReadAfter(long last)
    {
        try
        {
            return store["SELECT key FROM license WHERE key > ? ORDER BY key LIMIT 1"].Bind(1, last).Number();
        }
        catch (SqliteException) when (last < LastKey())
        {
            return last + 1;
        }
    }

    private long LastKey()
    {
        try
        {
            return LicenseStates.LastKey(store);
        }
        catch (SqliteException e)
        {
            findings.Tell($"the table of licenses cannot be read beyond license {_last} ({e.Message})");
            return 0;
        }
    }

    private void LookBetween(long from, long to)
    {
        if (from > to)
        {
            return;
        }

        foreach (var (table, query, shift) in Others)
        {
            var first = from << shift;
            while (store[query].Bind(1, first).Bind(2, ((to + 1) << shift) - 1).Number() is { } id)
            {
                findings.Tell($"license {id >> shift} has rows in {table} but no state");
                first = ((id >> shift) + 1) << shift;
            }
        }
    }
}
