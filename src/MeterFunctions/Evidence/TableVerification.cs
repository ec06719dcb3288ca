using System.Text.Json;
using Azure.Data.Tables;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Evidence;

/// <summary>
/// Follows a license's evidence as the tables have it: the chain of its entries and what is remembered with them, then what they come to,
/// which it compares with the license's state and with its rollups (rule 9).
/// </summary>
/// <remarks>While nothing counts on the license: what commits between two of its reads would show as a difference.</remarks>
internal sealed class TableVerification(
    MeterTables tables, TableLedger ledger, LicensePartition partition, HostClock clock, MeterRules rules)
{
    // So many rows of evidence are looked at together, and what they name is looked up at once.
    private const int MaxTogether = 100;

    /// <summary>What differs, in words for an operator; empty when all agrees, and for a license that has no state.</summary>
    public async ValueTask<IReadOnlyList<string>> VerifyAsync(string licenseId, CancellationToken cancellationToken)
    {
        if (await partition.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            return [];
        }

        var license = stored.State;
        var now = await clock.ReadAsync(cancellationToken).ConfigureAwait(false);
        var findings = new Findings(licenseId);
        var replay = new EvidenceReplay(licenseId);
        var memory = new MemoryCheck(tables, license, now, rules, findings);
        var together = new List<(long Sequence, TableEntity Row)>(MaxTogether);
        byte[]? last = null;
        await foreach (var row in ledger.StoredAsync(licenseId, cancellationToken).ConfigureAwait(false))
        {
            if (!TableKeys.TryEntryNumber(row.RowKey, out var first))
            {
                findings.Add($"row {row.RowKey} lies among its entries and is none");
                continue;
            }

            Follow(first, row, replay, findings);
            last = row[Columns.Link] as byte[];
            together.Add((first, row));
            if (together.Count == MaxTogether)
            {
                await memory.VisitAsync(together, cancellationToken).ConfigureAwait(false);
                together.Clear();
            }
        }

        await memory.VisitAsync(together, cancellationToken).ConfigureAwait(false);

        // What was cut off at the end leaves a chain that is whole; only the state knows how it went on.
        if (!stored.Link.Span.SequenceEqual(last))
        {
            findings.Add("its state was not written with the last entry that is there: one of them was changed, or entries are missing");
        }

        var remembered = await ledger.CountRememberedAsync(licenseId, cancellationToken).ConfigureAwait(false);
        if (remembered > memory.Found)
        {
            findings.Add($"{remembered - memory.Found} of its remembered keys and event ids belong to no entry");
        }

        var closedDays = await ledger.ClosedDaysAsync(licenseId, cancellationToken).ConfigureAwait(false);
        return [.. findings.List, .. replay.Compare(license, closedDays)];
    }

    private static void Follow(long first, TableEntity row, EvidenceReplay replay, Findings findings)
    {
        List<ReadOnlyMemory<byte>> bodies;
        try
        {
            bodies = EvidenceRow.Split(row);
        }
        catch (Exception damage) when (damage is InvalidDataException or JsonException)
        {
            findings.Add($"entry {first} cannot be read: {damage.Message}");
            return;
        }

        for (var i = 0; i < bodies.Count; i++)
        {
            Follow(first + i, row, bodies[i], isFirst: i == 0, isLast: i == bodies.Count - 1, replay, findings);
        }

        if (row.GetInt64(Columns.Last) != first + bodies.Count - 1)
        {
            findings.Add($"entry {first}: its row says that it has entries to {row.GetInt64(Columns.Last)}, and has {bodies.Count}");
        }
    }

    private static void Follow(
        long sequence, TableEntity row, ReadOnlyMemory<byte> body, bool isFirst, bool isLast, EvidenceReplay replay, Findings findings)
    {
        LedgerEntry? entry;
        try
        {
            entry = JsonSerializer.Deserialize(body.Span, MeteringJson.Default.LedgerEntry);
        }
#pragma warning disable CA1031 // A damaged byte can fail any of a type's own checks; each says only that the text is damaged.
        catch (Exception damage)
#pragma warning restore CA1031
        {
            findings.Add($"entry {sequence} cannot be read: {damage.Message}");
            return;
        }

        if (entry!.Sequence != sequence)
        {
            findings.Add($"where entry {sequence} belongs, there is entry {entry.Sequence}");
        }

        // By it the ledger's pages are filtered.
        if (row.GetDateTimeOffset(Columns.At) != entry.At)
        {
            findings.Add($"entry {sequence} is listed under a time that is not its own");
        }

        // A row holds the link of its last entry.
        var digest = isFirst ? row[Columns.Digest] as byte[] : null;
        if (isLast)
        {
            replay.Add(entry, body.Span, digest, row[Columns.Link] as byte[]);
        }
        else
        {
            replay.Add(entry, body.Span, digest);
        }
    }
}
