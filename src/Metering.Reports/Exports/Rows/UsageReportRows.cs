using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Metering.Reports;

/// <summary>The rows of <see cref="ExportReport.Usage"/>: a rollup each.</summary>
internal sealed class UsageReportRows(ILedger ledger, ILedgerScan scan, TimeSpan lateWindow) : ReportRows
{
    private static readonly ImmutableArray<ExportColumn> All =
    [
        new("license_id", ColumnType.Text), new("tenant_id", ColumnType.Text), new("day", ColumnType.Day),
        new("feature_code", ColumnType.Text), new("count", ColumnType.Whole), new("sum", ColumnType.Number), new("min", ColumnType.Number),
        new("max", ColumnType.Number), new("last", ColumnType.Number), new("overage", ColumnType.Number), new("cost", ColumnType.Number),
        new("refused", ColumnType.Whole),
    ];

    internal override ImmutableArray<ExportColumn> Columns => All;

    internal override ImmutableArray<int> Key => [0, 2, 3];

    // What counts in the span's days may have been made until its late window was over.
    internal override ExportSpan Covered(ExportSpan span) => span with { To = span.To + lateWindow };

    internal override async IAsyncEnumerable<RowPart> ReadAsync(
        IReadOnlyList<LicenseRecord> licenses,
        ExportSpan span,
        LedgerPositions positions,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ids = positions.Rest(licenses, out var after);
        await foreach (var part in scan.ReadAsync(ids, Covered(span), after, cancellationToken).ConfigureAwait(false))
        {
            positions.Take(part);
            yield return new EntriesRead(part.LicenseId);
        }

        var (first, last) = (ExportSpan.DayOf(span.From), ExportSpan.DayOf(span.To.AddTicks(-1)));
        foreach (var license in licenses)
        {
            var days = await ledger.RollupsAsync(license.Id, first, last, cancellationToken).ConfigureAwait(false);
            if (days.Count > 0)
            {
                yield return new Days(license, days);
            }
        }
    }

    // A rollup does not say in which unit its cost is.
    internal override bool TryCount(ExportRow row, out RowCount count)
    {
        count = new RowCount(
            row.Text(3)!, row.Day(2), null, new UsageSums(row.Whole(4), row.Number(5), row.Number(9), row.Number(10)));
        return true;
    }

    private sealed class Days(LicenseRecord license, IReadOnlyList<ClosedDay> days) : RowPart(license.Id)
    {
        internal override int Count => days.Count;

        internal override void Fill(int index, ExportRow row)
        {
            var (feature, rollup) = days[index];

            // Where all changes were corrections there was no value; where a level's came out of order, only the ledger tells its extremes.
            var hasExtremes = rollup is { HasValue: true, OutOfOrder: false };
            row.SetText(0, LicenseId);
            row.SetText(1, license.TenantId);
            row.SetDay(2, rollup.Day);
            row.SetText(3, feature);
            row.SetWhole(4, rollup.Count);
            row.SetNumber(5, rollup.Sum);
            row.SetNumber(6, hasExtremes ? rollup.Min : null);
            row.SetNumber(7, hasExtremes ? rollup.Max : null);
            row.SetNumber(8, rollup.HasValue ? rollup.Last : null);
            row.SetNumber(9, rollup.Overage);
            row.SetNumber(10, rollup.Cost);
            row.SetWhole(11, rollup.Refused);
        }
    }
}
