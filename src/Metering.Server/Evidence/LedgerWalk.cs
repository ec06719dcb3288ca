using Metering.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Metering.Server.Evidence;

/// <summary>
/// Walks over a license's ledger rows in the order of its entries, as its runs say where they are, and tells where runs and rows do not
/// agree. A row that cannot be read is told and passed over.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="license">The license's key in it.</param>
/// <param name="findings">Where to tell.</param>
/// <param name="visitor">Takes the rows.</param>
internal sealed class LedgerWalk(Database store, long license, LicenseFindings findings, ILedgerVisitor visitor)
{
    private long _next;

    /// <summary>Visits the rows of all entries.</summary>
    /// <param name="first">The first entry that should be there.</param>
    /// <param name="last">The last one.</param>
    internal void Run(long first, long last)
    {
        _next = first;
        var after = LedgerId.Of(license, 0) - 1;
        while (NextRun(after) is var (id, row, count))
        {
            after = id;
            var sequence = LedgerId.Sequence(id);
            if (sequence < _next || count < 1)
            {
                findings.Add($"a run of {count} ledger rows from {row} on begins at entry {sequence}, but should begin at entry {_next}");
                visitor.Miss();
            }
            else if (sequence > _next)
            {
                Miss(_next, sequence - 1, "not in any run of the ledger");
            }

            Visit(sequence, row, row + count - 1);
            _next = Math.Max(_next, sequence + count);
        }

        if (_next <= last)
        {
            Miss(_next, last, "not in any run of the ledger");
        }
    }

    private (long Id, long Row, long Count)? NextRun(long after)
    {
        var statement = store["SELECT id, row, count FROM ledger_run_all WHERE id > ? AND id <= ? ORDER BY id LIMIT 1"]
            .Bind(1, after).Bind(2, LedgerId.Of(license, LedgerId.MaxSequence));
        try
        {
            return statement.Next() ? (statement.Integer(0), statement.Integer(1), statement.Integer(2)) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    private void Visit(long sequence, long first, long last)
    {
        var row = first;
        var statement = store[$"SELECT {LedgerRow.Columns} FROM ledger WHERE id BETWEEN ? AND ? ORDER BY id"];
        while (row <= last)
        {
            try
            {
                statement.Bind(1, row).Bind(2, last);
                while (row <= last)
                {
                    var any = statement.Next();
                    var next = any ? new LedgerRow(statement) : default;
                    var found = any ? next.Id : last + 1;
                    if (found > row)
                    {
                        var why = found == row + 1 ? $"there is no ledger row {row}" : $"there are no ledger rows {row} to {found - 1}";
                        Miss(sequence + row - first, sequence + found - first - 1, why);
                    }

                    row = found;
                    if (row <= last)
                    {
                        visitor.Visit(next, sequence + row - first);
                        row++;
                    }
                }
            }
            catch (SqliteException e)
            {
                Miss(sequence + row - first, sequence + row - first, $"ledger row {row} cannot be read ({e.Message})");

                // Behind it, or the walk would come to the same row for ever.
                row++;
            }
            finally
            {
                statement.Reset();
            }
        }
    }

    private void Miss(long from, long to, string why)
    {
        findings.Add(from == to ? $"entry {from} is missing: {why}" : $"entries {from} to {to} are missing: {why}");
        visitor.Miss();
    }
}
