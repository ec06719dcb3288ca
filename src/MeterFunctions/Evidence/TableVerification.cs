using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Entities;
using MeterFunctions.Hosting;
using MeterFunctions.Storage;
using Metering;
using Columns = MeterFunctions.Storage.LedgerWriter.Columns;

namespace MeterFunctions.Evidence;

/// <summary>
/// Follows a license's evidence as the tables have it: the chain of its entries and what is remembered with them, then what they come to,
/// which it compares with the state of the license's entity and with its rollups (rule 9).
/// </summary>
/// <remarks>While nothing counts on the license: what commits between two of its reads would show as a difference.</remarks>
internal sealed class TableVerification(MeterTables tables, TableLedger ledger, CounterReader states, HostClock clock, MeterRules rules)
{
    /// <summary>What differs, in words for an operator; empty when all agrees, and for a license that has no state.</summary>
    public async ValueTask<IReadOnlyList<string>> VerifyAsync(string licenseId, CancellationToken cancellationToken)
    {
        if (await states.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false) is not { License: { } license } committed)
        {
            return [];
        }

        var now = await clock.ReadAsync(cancellationToken).ConfigureAwait(false);
        var findings = new Findings(licenseId);
        var replay = new EvidenceReplay(licenseId);
        var memory = new MemoryCheck(tables, license, now, rules, findings);
        byte[]? last = null;
        await foreach (var page in ledger.StoredEntriesAsync(licenseId, license.Sequence, cancellationToken).ConfigureAwait(false))
        {
            // Page by page: the entries of a license need not fit into memory.
            var entries = Numbered(page, findings);
            foreach (var (sequence, row) in entries)
            {
                Follow(sequence, row, replay, findings);
                last = row[Columns.Link] as byte[];
            }

            await memory.VisitAsync(entries, cancellationToken).ConfigureAwait(false);
        }

        // What was cut off at the end leaves a chain that is whole; only the state knows how it went on.
        if (!committed.Link.Span.SequenceEqual(last))
        {
            findings.Add("its state was not written with the last entry that is there: one of them was changed, or entries are missing");
        }

        var remembered = await ledger.CountRememberedAsync(licenseId, license.Sequence, cancellationToken).ConfigureAwait(false);
        if (remembered > memory.Found)
        {
            findings.Add($"{remembered - memory.Found} of its remembered keys and event ids belong to no entry");
        }

        var closedDays = await ledger.ClosedDaysAsync(licenseId, cancellationToken).ConfigureAwait(false);
        return [.. findings.List, .. replay.Compare(license, closedDays)];
    }

    private static List<(long Sequence, TableEntity Row)> Numbered(IReadOnlyList<TableEntity> rows, Findings findings)
    {
        var entries = new List<(long Sequence, TableEntity Row)>(rows.Count);
        foreach (var row in rows)
        {
            if (TableKeys.TryEntryNumber(row.RowKey, out var sequence))
            {
                entries.Add((sequence, row));
            }
            else
            {
                findings.Add($"row {row.RowKey} lies among its entries and is none");
            }
        }

        return entries;
    }

    private static void Follow(long sequence, TableEntity row, EvidenceReplay replay, Findings findings)
    {
        var body = LongText.Get(row, Columns.Body) ?? "";
        LedgerEntry? entry = null;
        var fault = "it is empty";
        try
        {
            entry = JsonSerializer.Deserialize(body, MeteringJson.Default.LedgerEntry);
        }
#pragma warning disable CA1031 // A damaged byte can fail any of a type's own checks; each says only that the text is damaged.
        catch (Exception damage)
#pragma warning restore CA1031
        {
            fault = damage.Message;
        }

        if (entry is null)
        {
            findings.Add($"entry {sequence} cannot be read: {fault}");
            return;
        }

        if (entry.Sequence != sequence)
        {
            findings.Add($"where entry {sequence} belongs, there is entry {entry.Sequence}");
        }

        // By these columns the ledger's pages are filtered.
        var listed = (row.GetDateTimeOffset(Columns.At), row.GetString(Columns.Feature), row.GetString(Columns.Unit));
        if (listed != (entry.At, entry.FeatureCode, entry.BalanceAfter is null ? null : entry.Unit))
        {
            findings.Add($"entry {sequence} is listed under a time, a feature or a unit that is not its own");
        }

        replay.Add(entry, Encoding.UTF8.GetBytes(body), row[Columns.Digest] as byte[], row[Columns.Link] as byte[]);
    }
}
