using Metering.Server.Engine;
using Metering.Server.Storage;

namespace Metering.Server.Evidence;

/// <summary>
/// Names what does not agree between the memory of rule 8 and a license's ledger rows, where <see cref="IdentityCheck"/> found that
/// something does not: each row's key and event id is looked up in the memory, and each row of the memory in the ledger.
/// </summary>
internal sealed class IdentitySearch(Database store, long license, IdentityCheck check, KeyMemory memory, LicenseFindings findings)
    : ILedgerVisitor
{
    /// <inheritdoc/>
    public void Visit(in LedgerRow row, long sequence)
    {
        if (row.Answer.IsEmpty)
        {
            return;
        }

        if (row.Key is { } key)
        {
            Find(row, sequence, key, "idempotency key");
        }

        if (row.Event is { } eventId)
        {
            Find(row, sequence, eventId, "event id");
        }
    }

    /// <inheritdoc/>
    public void Miss()
    {
        // Told when the rows were read before.
    }

    /// <summary>Tells what the memory holds that leads to no row with it.</summary>
    internal void Name()
    {
        var (from, to) = IdentityTable.RangeOf(license);
        var last = (Id: 0L, Row: 0L);
        var statement = store["SELECT id, value FROM identity_all WHERE id BETWEEN ? AND ? ORDER BY id"].Bind(1, from).Bind(2, to);
        while (statement.Next())
        {
            var (id, row) = (statement.Integer(0), IdentityTable.RowOf(statement.Integer(1)));
            if (check.IsDoubtful(id) && !Leads(id, row))
            {
                findings.Add($"the memory of keys (row {id}) leads to ledger row {row}, which has no such key or event id");
            }
            else if ((id, row) == last)
            {
                findings.Add($"the memory of keys has row {id}, which leads to ledger row {row}, twice");
            }

            last = (id, row);
        }
    }

    private void Find(in LedgerRow row, long sequence, long print, string what)
    {
        var identity = IdentityKey.FromPrint(license, print);
        if (!check.IsDoubtful(IdentityTable.IdOf(identity)))
        {
            return;
        }

        var rows = IdentityTable.Rows(store, identity);
        if (rows.Count == 0)
        {
            findings.Add($"entry {sequence} (ledger row {row.Id}): its {what} is not remembered");
            return;
        }

        // The first row after this one that has it too is where it was counted again.
        var (own, having) = (row.Id, rows.FindAll(candidate => TimeOf(candidate, print) is not null));
        var again = having.FindLast(candidate => candidate > own);
        var found = again > 0 ? again : having.Count > 0 ? having[0] : rows[0];
        if (found != row.Id && !WasOver(row.At, found, print))
        {
            findings.Add(
                $"entry {sequence} (ledger row {row.Id}): its {what} leads to ledger row {found}; "
                + "if that has it too, it was counted twice");
        }
    }

    // A key whose memory is over may count again before retention has come to forget it.
    private bool WasOver(long at, long later, long print) =>
        TimeOf(later, print) is { } again
        && memory.WasOver(DateTimeOffset.FromUnixTimeMilliseconds(at), DateTimeOffset.FromUnixTimeMilliseconds(again));

    // Null when it is not a row of this license with this key or event id.
    private long? TimeOf(long row, long print) =>
        store["SELECT at FROM ledger WHERE id = ?1 AND license = ?2 AND (key = ?3 OR event = ?3)"]
            .Bind(1, row).Bind(2, license).Bind(3, print).Number();

    private bool Leads(long id, long row)
    {
        var statement = store["SELECT key, event FROM ledger WHERE id = ? AND license = ?"].Bind(1, row).Bind(2, license);
        var leads = statement.Next() && (Is(id, statement.NullableInteger(0), row) || Is(id, statement.NullableInteger(1), row));
        statement.Reset();
        return leads;
    }

    private bool Is(long id, long? print, long row) =>
        print is { } known && IdentityTable.Place(store, IdentityKey.FromPrint(license, known), row) == id;
}
