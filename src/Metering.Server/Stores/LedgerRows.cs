using System.Text.Json;
using Metering.Server.Storage;

namespace Metering.Server.Stores;

/// <summary>Finds a license's entries in the store: by its runs, in the order of their numbers.</summary>
internal static class LedgerRows
{
    /// <summary>The license's key in the store; null when it has no state.</summary>
    internal static long? KeyOf(Database store, string licenseId) =>
        store["SELECT key FROM license WHERE id = ?"].Bind(1, licenseId).Number();

    /// <summary>Entries from a number on. The caller may stop at any time.</summary>
    internal static IEnumerable<LedgerEntry> From(Database store, long license, long sequence)
    {
        var entries = new List<LedgerEntry>();
        for (var next = Math.Max(1, sequence); ReadRun(store, license, next, entries) is { } following; next = following)
        {
            // From a list and not from the statement: a caller who stops in the middle leaves no read open.
            foreach (var entry in entries)
            {
                yield return entry;
            }
        }
    }

    /// <summary>
    /// The number of the first entry that was made at a time or later. A license's time does not run backwards (rule 2), so its
    /// numbers and times rise together.
    /// </summary>
    internal static long FirstAt(Database store, long license, DateTimeOffset at)
    {
        var wanted = at.ToUnixTimeMilliseconds();
        var (low, high) = (First(store, license), Last(store, license) + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (TimeOf(store, license, middle) < wanted)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>The number of the first entry that is kept.</summary>
    internal static long First(Database store, long license)
    {
        var statement = store["SELECT id FROM ledger_run_all WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1"]
            .Bind(1, LedgerId.Of(license, 0)).Bind(2, LedgerId.Of(license, LedgerId.MaxSequence));
        var first = statement.Next() ? LedgerId.Sequence(statement.Integer(0)) : 1;
        statement.Reset();
        return first;
    }

    private static long Last(Database store, long license)
    {
        var statement = store["SELECT id, count FROM ledger_run_all WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1"]
            .Bind(1, LedgerId.Of(license, 0)).Bind(2, LedgerId.Of(license, LedgerId.MaxSequence));
        var last = statement.Next() ? LedgerId.Sequence(statement.Integer(0)) + statement.Integer(1) - 1 : 0;
        statement.Reset();
        return last;
    }

    private static long TimeOf(Database store, long license, long sequence)
    {
        if (FindRun(store, license, sequence) is not { } run)
        {
            // Entries of a gap count as old, so that the search goes on behind them.
            return long.MinValue;
        }

        return store["SELECT at FROM ledger WHERE id = ?"].Bind(1, run.Row + sequence - run.First).Number() ?? long.MinValue;
    }

    // Most entries that are read at once: a hot license's run can be long.
    private const int MaxRows = 1_000;

    private static long? ReadRun(Database store, long license, long sequence, List<LedgerEntry> into)
    {
        into.Clear();
        if (RunFrom(store, license, sequence) is not { } run)
        {
            return null;
        }

        var first = Math.Max(sequence, run.First);
        var row = run.Row + first - run.First;
        var last = Math.Min(run.Row + run.Count - 1, row + MaxRows - 1);
        var statement = store["SELECT entry FROM ledger WHERE id BETWEEN ? AND ? ORDER BY id"].Bind(1, row).Bind(2, last);
        try
        {
            while (statement.Next())
            {
                into.Add(JsonSerializer.Deserialize(statement.Bytes(0), MeteringJson.Default.LedgerEntry)
                    ?? throw new InvalidDataException("The store holds an empty entry."));
            }
        }
        finally
        {
            statement.Reset();
        }

        return first + last - row + 1;
    }

    /// <summary>The run that has an entry, or the next one after it; null when there is none.</summary>
    internal static Run? RunFrom(Database store, long license, long sequence) =>
        FindRun(store, license, sequence) ?? NextRun(store, license, sequence);

    private static Run? FindRun(Database store, long license, long sequence) => ReadRun(
        store["SELECT id, row, count FROM ledger_run_all WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1"]
            .Bind(1, LedgerId.Of(license, 0)).Bind(2, LedgerId.Of(license, sequence))) is { } run && sequence < run.First + run.Count
            ? run
            : null;

    private static Run? NextRun(Database store, long license, long sequence) => ReadRun(
        store["SELECT id, row, count FROM ledger_run_all WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1"]
            .Bind(1, LedgerId.Of(license, sequence)).Bind(2, LedgerId.Of(license, LedgerId.MaxSequence)));

    private static Run? ReadRun(Statement statement)
    {
        if (!statement.Next())
        {
            return null;
        }

        var run = new Run(LedgerId.Sequence(statement.Integer(0)), statement.Integer(1), statement.Integer(2));
        statement.Reset();
        return run;
    }

    /// <summary>Entries that lie one after the other.</summary>
    /// <param name="First">The number of the first one.</param>
    /// <param name="Row">Its row.</param>
    /// <param name="Count">How many there are.</param>
    internal sealed record Run(long First, long Row, long Count);
}
