using Metering.Server.Engine;
using Metering.Server.Storage;

namespace Metering.Server.Evidence;

/// <summary>
/// Whether the memory of rule 8 and a license's ledger rows agree, both ways. Each row's key and event id must lead to this row; and
/// where the memory has no more rows than were found so, none leads elsewhere.
/// </summary>
internal sealed class IdentityCheck(Database store, long license, TimeSpan memory, LicenseFindings findings)
{
    private long _found;

    /// <summary>Looks for what a row remembers.</summary>
    internal void Visit(Statement row, long sequence)
    {
        if (row.NullableInteger(LedgerColumn.Key) is { } key)
        {
            Find(row, sequence, key, "idempotency key");
        }

        if (row.NullableInteger(LedgerColumn.Event) is { } eventId)
        {
            Find(row, sequence, eventId, "event id");
        }
    }

    /// <summary>After all rows: tells what the memory holds beside them.</summary>
    internal void End()
    {
        var (from, to) = IdentityTable.RangeOf(license);
        var statement = store["SELECT COUNT(*) FROM identity WHERE id BETWEEN ? AND ?"].Bind(1, from).Bind(2, to);
        statement.Next();
        var count = statement.Integer(0);
        statement.Reset();

        // Counting is one pass; each row is looked up in the ledger only where the numbers differ.
        if (count != _found)
        {
            Name(from, to);
        }
    }

    private void Find(Statement row, long sequence, long print, string what)
    {
        var id = row.Integer(LedgerColumn.Id);
        var found = IdentityTable.Find(store, IdentityKey.FromPrint(license, print));
        if (found == id)
        {
            _found++;
        }
        else if (found is null)
        {
            findings.Add($"entry {sequence} (ledger row {id}): its {what} is not remembered");
        }
        else if (!WasOver(row.Integer(LedgerColumn.At), found.Value, print))
        {
            findings.Add(
                $"entry {sequence} (ledger row {id}): its {what} leads to ledger row {found}; if that has it too, it was counted twice");
        }
    }

    // A key whose memory is over may count again before retention has come to forget it.
    private bool WasOver(long at, long later, long print)
    {
        var statement = store["SELECT at FROM ledger WHERE id = ?1 AND license = ?2 AND (key = ?3 OR event = ?3)"]
            .Bind(1, later).Bind(2, license).Bind(3, print);
        var over = statement.Next() && statement.Integer(0) - at >= (long)memory.TotalMilliseconds;
        statement.Reset();
        return over;
    }

    private void Name(long from, long to)
    {
        var statement = store["SELECT id, value FROM identity WHERE id BETWEEN ? AND ? ORDER BY id"].Bind(1, from).Bind(2, to);
        while (statement.Next())
        {
            var (id, row) = (statement.Integer(0), IdentityTable.RowOf(statement.Integer(1)));
            if (!Leads(id, row))
            {
                findings.Add($"the memory of keys (row {id}) leads to ledger row {row}, which has no such key or event id");
            }
        }
    }

    private bool Leads(long id, long row)
    {
        var statement = store["SELECT key, event FROM ledger WHERE id = ? AND license = ?"].Bind(1, row).Bind(2, license);
        var leads = statement.Next() && (Is(id, statement.NullableInteger(0)) || Is(id, statement.NullableInteger(1)));
        statement.Reset();
        return leads;
    }

    private bool Is(long id, long? print) =>
        print is { } known && IdentityTable.Place(store, IdentityKey.FromPrint(license, known)) == id;
}
