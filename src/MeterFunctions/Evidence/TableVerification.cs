using MeterFunctions.Entities;
using MeterFunctions.Storage;
using Metering;

namespace MeterFunctions.Evidence;

/// <summary>Replays a license's evidence as the tables have it, and compares it with the state of its entity and with its rollups (rule 9).</summary>
/// <remarks>While nothing counts on the license: what commits between two of its reads would show as a difference.</remarks>
internal sealed class TableVerification(TableLedger ledger, CounterReader states)
{
    private const int PageSize = 1_000;

    /// <summary>What differs, in words for an operator; empty when all agrees, and for a license that has no state.</summary>
    public async ValueTask<IReadOnlyList<string>> VerifyAsync(string licenseId, CancellationToken cancellationToken)
    {
        if ((await states.ReadAsync(licenseId, cancellationToken).ConfigureAwait(false))?.License is not { } state)
        {
            return [];
        }

        var replay = new EvidenceReplay(licenseId);
        string? cursor = null;
        do
        {
            var query = new LedgerQuery(null, null, null, cursor, PageSize);

            // Page by page: the entries of a license need not fit into memory.
            var page = await ledger.EntriesAsync(licenseId, query, cancellationToken).ConfigureAwait(false);
            foreach (var entry in page.Items)
            {
                replay.Add(entry);
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return replay.Compare(state, await ledger.ClosedDaysAsync(licenseId, cancellationToken).ConfigureAwait(false));
    }
}
