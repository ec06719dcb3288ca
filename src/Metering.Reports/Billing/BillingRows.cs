using System.Collections.Immutable;
using System.Text.Json;

namespace Metering.Reports;

/// <summary>Lines of a bill as rows of a file.</summary>
public static class BillingRows
{
    /// <summary>The columns. What a line has several of is JSON.</summary>
    public static readonly ImmutableArray<ExportColumn> Columns =
    [
        new("license_id", ColumnType.Text), new("tenant_id", ColumnType.Text), new("feature_code", ColumnType.Text),
        new("plan_id", ColumnType.Text), new("period_start", ColumnType.Time), new("period_end", ColumnType.Time),
        new("status", ColumnType.Text), new("is_part", ColumnType.Flag), new("is_reset", ColumnType.Flag),
        new("included", ColumnType.Number), new("rolled_in", ColumnType.Number), new("allowance", ColumnType.Number),
        new("used", ColumnType.Number), new("overage", ColumnType.Number), new("base_cost", ColumnType.Number),
        new("unit_cost", ColumnType.Number), new("cost", ColumnType.Number), new("price_unit", ColumnType.Text),
        new("credit_drawn", ColumnType.Number), new("credit_left", ColumnType.Number), new("tiers", ColumnType.Json),
        new("grants", ColumnType.Json),
    ];

    // The last column, so that whoever goes by the place of a column reads reports and exports alike.
    private static readonly ImmutableArray<ExportColumn> WithTotals = [.. Columns, new ExportColumn("row", ColumnType.Text)];

    // Where a row's place in an export, and what it counts, is found.
    internal const int License = 0;
    internal const int Feature = 2;
    internal const int PeriodStart = 4;
    internal const int PeriodEnd = 5;
    internal const int IsPart = 7;
    internal const int Used = 12;
    internal const int Overage = 13;
    internal const int Cost = 16;
    internal const int PriceUnit = 17;

    private const int Tenant = 1;
    private const int Status = 6;
    private const int Numbers = 9;
    private const int CreditDrawn = 18;

    /// <summary>Fills a row with a line of a tenant.</summary>
    public static void Fill(ExportRow row, string tenantId, BillingLine line)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(line);
        row.Clear();
        row.SetText(License, line.LicenseId);
        row.SetText(Tenant, tenantId);
        row.SetText(Feature, line.FeatureCode);
        row.SetText(3, line.PlanId);
        row.SetTime(PeriodStart, line.PeriodStart);
        row.SetTime(PeriodEnd, line.PeriodEnd);
        row.SetText(Status, EnumNames.Of(line.Status));
        row.SetFlag(IsPart, line.IsPart);
        row.SetFlag(8, line.IsReset);
        decimal?[] numbers =
        [
            line.Included, line.RolledIn, line.Allowance, line.Used, line.Overage, line.BaseCost, line.UnitCost, line.Cost,
        ];
        for (var i = 0; i < numbers.Length; i++)
        {
            row.SetNumber(Numbers + i, numbers[i]);
        }

        row.SetText(PriceUnit, line.PriceUnit);
        row.SetNumber(CreditDrawn, line.CreditDrawn);
        row.SetNumber(19, line.CreditLeft);
        row.SetText(20, line.Tiers.IsEmpty ? null : JsonSerializer.Serialize(line.Tiers, BillingJson.Default.ImmutableArrayTierCharge));
        row.SetText(21, line.Grants.IsEmpty ? null : JsonSerializer.Serialize(line.Grants, BillingJson.Default.ImmutableArrayPeriodGrant));
    }

    /// <summary>
    /// Writes a bill as CSV, to a stream that stays open: its lines, then its totals, one for each currency or unit. The column
    /// <c>row</c> says <c>line</c> or <c>total</c>, so that a program, or a filter of a spreadsheet, tells them apart and no cost is added
    /// up twice.
    /// </summary>
    public static async ValueTask WriteCsvAsync(Stream stream, BillingReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        var writer = await ExportFormats.WriteAsync(
            stream, ExportFormat.Csv, ExportCompression.None, WithTotals, cancellationToken).ConfigureAwait(false);
        var row = new ExportRow(WithTotals);
        foreach (var line in report.Lines)
        {
            Fill(row, report.TenantId, line);
            row.SetText(Columns.Length, "line");
            await writer.WriteAsync(row, cancellationToken).ConfigureAwait(false);
        }

        foreach (var total in report.Totals)
        {
            Fill(row, report, total);
            await writer.WriteAsync(row, cancellationToken).ConfigureAwait(false);
        }

        await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void Fill(ExportRow row, BillingReport report, BillingTotal total)
    {
        row.Clear();
        row.SetText(Tenant, report.TenantId);
        row.SetTime(PeriodStart, report.From);
        row.SetTime(PeriodEnd, report.To);
        row.SetText(Status, EnumNames.Of(report.IsFinal ? PeriodStatus.Final : PeriodStatus.Open));
        row.SetNumber(Cost, total.Cost);
        row.SetText(PriceUnit, total.Unit);
        row.SetNumber(CreditDrawn, total.CreditDrawn);
        row.SetText(Columns.Length, "total");
    }
}
