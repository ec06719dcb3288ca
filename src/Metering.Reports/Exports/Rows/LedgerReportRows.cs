using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Metering.Reports;

/// <summary>The rows of <see cref="ExportReport.Ledger"/>: an entry each.</summary>
internal sealed class LedgerReportRows(ILedgerScan scan) : ReportRows
{
    private static readonly ImmutableArray<ExportColumn> All =
    [
        new("license_id", ColumnType.Text), new("tenant_id", ColumnType.Text), new("sequence", ColumnType.Whole), new("at", ColumnType.Time),
        new("kind", ColumnType.Text), new("feature_code", ColumnType.Text), new("amount", ColumnType.Number),
        new("before", ColumnType.Number), new("after", ColumnType.Number), new("value", ColumnType.Number),
        new("overage", ColumnType.Number), new("cost", ColumnType.Number), new("unit", ColumnType.Text),
        new("balance_after", ColumnType.Number), new("period_start", ColumnType.Time), new("period_end", ColumnType.Time),
        new("day", ColumnType.Day), new("occurred_at", ColumnType.Time), new("late", ColumnType.Flag),
        new("idempotency_key", ColumnType.Text), new("event_id", ColumnType.Text), new("user_id", ColumnType.Text),
        new("fingerprint", ColumnType.Text), new("key", ColumnType.Text), new("grant_id", ColumnType.Text), new("hold_id", ColumnType.Text),
        new("reason", ColumnType.Text), new("reference", ColumnType.Text), new("detail", ColumnType.Text), new("metadata", ColumnType.Json),
    ];

    // Where TryCount finds what it needs.
    private const int Feature = 5;
    private const int Counted = 6;
    private const int Overage = 10;
    private const int Cost = 11;
    private const int Unit = 12;
    private const int Day = 16;

    internal override ImmutableArray<ExportColumn> Columns => All;

    internal override ImmutableArray<int> Key => [0, 2];

    internal override ExportSpan Covered(ExportSpan span) => span;

    internal override async IAsyncEnumerable<RowPart> ReadAsync(
        IReadOnlyList<LicenseRecord> licenses,
        ExportSpan span,
        LedgerPositions positions,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var tenants = licenses.ToDictionary(license => license.Id, license => license.TenantId, StringComparer.Ordinal);
        var ids = positions.Rest(licenses, out var after);
        await foreach (var part in scan.ReadAsync(ids, span, after, cancellationToken).ConfigureAwait(false))
        {
            positions.Take(part);
            yield return new Entries(part, tenants[part.LicenseId]);
        }
    }

    // An entry that counts in no day changed no use: a grant's amount, a hold's, a plan's change.
    internal override bool TryCount(ExportRow row, out RowCount count)
    {
        if (row.IsNull(Day) || row.Text(Feature) is not { } feature)
        {
            count = default;
            return false;
        }

        count = new RowCount(
            feature, row.Day(Day), row.Text(Unit), new UsageSums(1, row.Number(Counted), row.Number(Overage), row.Number(Cost)));
        return true;
    }

    private sealed class Entries(LedgerPart part, string tenantId) : RowPart(part.LicenseId)
    {
        internal override int Count => part.Entries.Count;

        internal override bool IsWhole => false;

        internal override void Fill(int index, ExportRow row)
        {
            var entry = part.Entries[index];
            row.SetText(0, LicenseId);
            row.SetText(1, tenantId);
            row.SetWhole(2, entry.Sequence);
            row.SetTime(3, entry.At);
            row.SetText(4, EnumNames.Of(entry.Kind));
            row.SetText(Feature, entry.FeatureCode);
            row.SetNumber(Counted, entry.Amount);
            row.SetNumber(7, entry.Before);
            row.SetNumber(8, entry.After);
            row.SetNumber(9, entry.Value);
            row.SetNumber(Overage, entry.Overage);
            row.SetNumber(Cost, entry.Cost);
            row.SetText(Unit, entry.Unit);
            row.SetNumber(13, entry.BalanceAfter);
            row.SetTime(14, entry.Period?.Start);
            row.SetTime(15, entry.Period?.End);
            row.SetDay(Day, entry.Day);
            row.SetTime(17, entry.OccurredAt);
            row.SetFlag(18, entry.Late);
            row.SetText(19, entry.IdempotencyKey);
            row.SetText(20, entry.EventId);
            row.SetText(21, entry.UserId);
            row.SetText(22, entry.Fingerprint);
            row.SetText(23, entry.Key);
            row.SetText(24, entry.GrantId);
            row.SetText(25, entry.HoldId);
            row.SetText(26, entry.Reason);
            row.SetText(27, entry.CallerReference);
            row.SetText(28, entry.Detail);
            row.SetText(29, entry.Metadata?.GetRawText());
        }
    }
}
