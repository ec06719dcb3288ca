using Azure.Data.Tables;
using MeterFunctions.Licenses;
using MeterFunctions.Storage;
using Metering;

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
        var snapshot = await partition.ReadSnapshotAsync(licenseId, cancellationToken).ConfigureAwait(false);
        var replay = new LicenseReplay(licenseId, snapshot, findings);
        var first = replay.Last + 1;
        var memory = new MemoryCheck(tables, license, now, rules, findings);
        var together = new List<(long Sequence, TableEntity Row)>(MaxTogether);
        await foreach (var row in ledger.StoredAsync(licenseId, first, cancellationToken).ConfigureAwait(false))
        {
            if (!TableKeys.TryEntryNumber(row.RowKey, out var sequence))
            {
                findings.Add($"row {row.RowKey} lies among its entries and is none");
                continue;
            }

            replay.Take(sequence, row);
            together.Add((sequence, row));
            if (together.Count == MaxTogether)
            {
                await memory.VisitAsync(together, cancellationToken).ConfigureAwait(false);
                together.Clear();
            }
        }

        await memory.VisitAsync(together, cancellationToken).ConfigureAwait(false);

        // What was cut off at the end leaves a chain that is whole; only the state knows how it went on.
        if (!stored.Link.Span.SequenceEqual(replay.Link))
        {
            findings.Add("its state was not written with the last entry that is there: one of them was changed, or entries are missing");
        }

        var remembered = await ledger.CountRememberedAsync(licenseId, first, cancellationToken).ConfigureAwait(false);
        if (remembered > memory.Found)
        {
            findings.Add($"{remembered - memory.Found} of its remembered keys and event ids belong to no entry");
        }

        var closedDays = await ledger.ClosedDaysAsync(licenseId, cancellationToken).ConfigureAwait(false);
        var closedPeriods = await ledger.ClosedPeriodsAsync(licenseId, cancellationToken).ConfigureAwait(false);
        var differences = replay.Compare(license, closedDays, closedPeriods);
        return [.. findings.List, .. differences];
    }
}
