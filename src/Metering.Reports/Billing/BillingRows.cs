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

    private const int Numbers = 9;

    /// <summary>Fills a row with a line of a tenant.</summary>
    public static void Fill(ExportRow row, string tenantId, BillingLine line)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(line);
        row.Clear();
        row.SetText(License, line.LicenseId);
        row.SetText(1, tenantId);
        row.SetText(Feature, line.FeatureCode);
        row.SetText(3, line.PlanId);
        row.SetTime(PeriodStart, line.PeriodStart);
        row.SetTime(PeriodEnd, line.PeriodEnd);
        row.SetText(6, EnumNames.Of(line.Status));
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
        row.SetNumber(18, line.CreditDrawn);
        row.SetNumber(19, line.CreditLeft);
        row.SetText(20, line.Tiers.IsEmpty ? null : JsonSerializer.Serialize(line.Tiers, BillingJson.Default.ImmutableArrayTierCharge));
        row.SetText(21, line.Grants.IsEmpty ? null : JsonSerializer.Serialize(line.Grants, BillingJson.Default.ImmutableArrayPeriodGrant));
    }

    /// <summary>Writes the lines of a tenant's bill as CSV, to a stream that stays open.</summary>
    public static async ValueTask WriteCsvAsync(
        Stream stream, string tenantId, IEnumerable<BillingLine> lines, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var writer = await ExportFormats.WriteAsync(
            stream, ExportFormat.Csv, ExportCompression.None, Columns, cancellationToken).ConfigureAwait(false);
        var row = new ExportRow(Columns);
        foreach (var line in lines)
        {
            Fill(row, tenantId, line);
            await writer.WriteAsync(row, cancellationToken).ConfigureAwait(false);
        }

        await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }
}
