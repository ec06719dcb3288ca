using Metering.Reports;
using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Stores;

namespace Metering.Server.Exports;

/// <summary>How the entries of one license that were made in a span are read, some at a time.</summary>
internal sealed class LicenseReading
{
    private readonly string _id;
    private readonly long _key;
    private readonly long _first;
    private readonly long _from;
    private readonly long _to;
    private readonly bool _isSetBack;

    private LicenseReading(string id, StoredLicense license, ExportSpan span, long first)
    {
        (_id, _key, _first) = (id, license.Key, first);
        (_from, _to) = (span.From.ToUnixTimeMilliseconds(), span.To.ToUnixTimeMilliseconds());
        _isSetBack = license.State.SetBackAt > 0;
    }

    /// <summary>Begins; null when the license has no state, and so no entries.</summary>
    internal static LicenseReading? Open(Database store, string id, ExportSpan span)
    {
        if (LicenseStates.Find(store, id, terms: null) is not { } license)
        {
            return null;
        }

        // Where a license's time was set back, its entries are not in the order of their times: all of them are looked at.
        var first = license.State.SetBackAt > 0 || license.State.CreatedAt >= span.From
            ? 1
            : LedgerRows.FirstAt(store, license.Key, span.From);
        return new LicenseReading(id, license, span, first);
    }

    /// <summary>Reads the next entries.</summary>
    /// <param name="store">The store.</param>
    /// <param name="last">The last entry that was looked at; moved on.</param>
    /// <param name="most">Most entries to read.</param>
    /// <returns>They; null when there are none left.</returns>
    internal LedgerPart? Read(Database store, ref long last, int most)
    {
        // Beyond the highest number a look-up would begin again at the license's first entry.
        if (last >= LedgerId.MaxSequence)
        {
            return null;
        }

        var next = Math.Max(last + 1, _first);
        while (LedgerRows.RunFrom(store, _key, next) is { } run)
        {
            var first = Math.Max(next, run.First);
            var row = run.Row + first - run.First;
            var end = Math.Min(run.Row + run.Count - 1, row + most - 1);
            var (part, isOver) = Rows(store, row, end);
            next = first + end - row + 1;
            last = isOver ? LedgerId.MaxSequence : next - 1;
            if (part is not null || isOver)
            {
                return part;
            }
        }

        return null;
    }

    private (LedgerPart? Part, bool IsOver) Rows(Database store, long row, long end)
    {
        var entries = new List<LedgerEntry>((int)(end - row + 1));
        var link = new byte[EvidenceChain.Size];
        var isOver = false;
        var statement = store["SELECT at, link, entry FROM ledger WHERE id BETWEEN ? AND ? ORDER BY id"].Bind(1, row).Bind(2, end);
        try
        {
            while (!isOver && statement.Next())
            {
                var at = statement.Integer(0);
                isOver = at >= _to && !_isSetBack;
                if (at >= _from && at < _to)
                {
                    statement.Bytes(1).CopyTo(link);
                    entries.Add(LedgerEntryReader.ReadShown(statement.Bytes(2))
                        ?? throw new InvalidDataException("The store holds an empty entry."));
                }
            }
        }
        finally
        {
            statement.Reset();
        }

        return (entries.Count == 0 ? null : new LedgerPart(_id, entries, link), isOver);
    }
}
