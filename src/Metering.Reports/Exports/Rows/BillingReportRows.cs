using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Metering.Reports;

/// <summary>The rows of <see cref="ExportReport.Billing"/>: a line of a bill each, of periods that have ended.</summary>
internal sealed class BillingReportRows(ExportSources sources, DateTimeOffset asOf) : ReportRows
{
    // A license's lines take some reads; more of them side by side would hold more lines in memory.
    private const int AtOnce = 8;

    internal override ImmutableArray<ExportColumn> Columns => BillingRows.Columns;

    // A part of a period that never ends may have the days of one that a reset ended, and in one millisecond a unit may change twice.
    internal override ImmutableArray<int> Key =>
    [
        BillingRows.License, BillingRows.PeriodEnd, BillingRows.Feature, BillingRows.PeriodStart, BillingRows.IsPart, BillingRows.PriceUnit,
    ];

    // What counts in the span's periods may have been made until its late window was over. A period may have begun long before the span;
    // for what was made then stands the chain's link.
    internal override ExportSpan Covered(ExportSpan span) => span with { To = span.To + sources.Rules.LateWindow };

    internal override async IAsyncEnumerable<RowPart> ReadAsync(
        IReadOnlyList<LicenseRecord> licenses,
        ExportSpan span,
        LedgerPositions positions,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ids = positions.Rest(licenses, out var after);
        await foreach (var part in sources.Scan.ReadAsync(ids, Covered(span), after, cancellationToken).ConfigureAwait(false))
        {
            positions.Take(part);
            yield return new EntriesRead(part.LicenseId);
        }

        // Only what had ended: an open period would be in this file, and once more in that of the span in which it ends. By the time of
        // the export and not by that of a check, so that a file can be proven whatever the clock says then.
        var ended = new ReportSpan(span.From, span.To < asOf ? span.To : asOf);
        if (ended.To <= ended.From)
        {
            yield break;
        }

        foreach (var together in licenses.Chunk(AtOnce))
        {
            var bills = together.Select(license => BillAsync(license, ended, cancellationToken));
            foreach (var bill in await Task.WhenAll(bills).ConfigureAwait(false))
            {
                if (bill.Count > 0)
                {
                    yield return bill;
                }
            }
        }
    }

    // A line has no count of its changes, so what is counted are lines, on the last day of their period.
    internal override bool TryCount(ExportRow row, out RowCount count)
    {
        count = new RowCount(
            row.Text(BillingRows.Feature)!, ExportSpan.DayOf(row.Time(BillingRows.PeriodEnd).AddTicks(-1)),
            row.Text(BillingRows.PriceUnit),
            new UsageSums(1, row.Number(BillingRows.Used), row.Number(BillingRows.Overage), row.Number(BillingRows.Cost)));
        return true;
    }

    private async Task<Bill> BillAsync(LicenseRecord license, ReportSpan ended, CancellationToken cancellationToken) =>
        new(license, await LicenseBill.ReadKeptAsync(sources.Reports, license.Id, ended, asOf, cancellationToken).ConfigureAwait(false));

    private sealed class Bill(LicenseRecord license, List<BillingLine> lines) : RowPart(license.Id)
    {
        internal override int Count => lines.Count;

        internal override void Fill(int index, ExportRow row) => BillingRows.Fill(row, license.TenantId, lines[index]);
    }
}
