using System.Runtime.CompilerServices;
using MeterFunctions.Hosting;
using MeterFunctions.Licenses;
using MeterFunctions.Retention;
using MeterFunctions.Storage;
using Metering.Reports;
using Microsoft.Extensions.Options;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Exports;

/// <summary>Reads the entries of many licenses, one license after the other, and within it by the storage's pages.</summary>
internal sealed class TableLedgerScan(
    TableLedger ledger, RetentionMark mark, HostClock clock, IOptions<FunctionsOptions> options) : ILedgerScan
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerPart> ReadAsync(
        IReadOnlyList<string> licenseIds, ExportSpan span, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; i < licenseIds.Count; i++)
        {
            var id = licenseIds[i];

            // All entries of a row were made at the same time, so a row is in the span as a whole or not at all.
            await foreach (var row in ledger.StoredAsync(id, i == 0 ? after + 1 : 0, span.From, span.To, cancellationToken)
                .ConfigureAwait(false))
            {
                yield return new LedgerPart(id, EvidenceRow.Read(row), (row[Columns.Link] as byte[])!);
            }
        }
    }

    /// <inheritdoc/>
    // What was removed of one license or another; to ask each would be a read for each. An app that has removed nothing yet, or did so
    // before there was a mark, goes by what retention may have removed.
    public async ValueTask<DateTimeOffset?> KeptFromAsync(CancellationToken cancellationToken) =>
        await mark.ReadAsync(cancellationToken).ConfigureAwait(false)
        ?? await clock.ReadAsync(cancellationToken).ConfigureAwait(false) - options.Value.LedgerRetention;
}
