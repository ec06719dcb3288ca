using System.Collections.Immutable;
using System.Text.Json;

namespace Metering.Reports;

/// <summary>Lines of a bill as rows of a file.</summary>
public static class BillingRows
{
    /// <summary>The columns. What a line has several of is JSON.</summary>
    public static readonly ImmutableArray<ExportColumn> Columns =
    [
        new("license_id", ColumnType.Text), new("feature_code", ColumnType.Text), new("plan_id", ColumnType.Text),
        new("period_start", ColumnType.Time), new("period_end", ColumnType.Time), new("status", ColumnType.Text),
        new("is_part", ColumnType.Flag), new("is_reset", ColumnType.Flag), new("included", ColumnType.Number),
        new("rolled_in", ColumnType.Number), new("allowance", ColumnType.Number), new("used", ColumnType.Number),
        new("overage", ColumnType.Number), new("base_cost", ColumnType.Number), new("unit_cost", ColumnType.Number),
        new("cost", ColumnType.Number), new("price_unit", ColumnType.Text), new("credit_drawn", ColumnType.Number),
        new("credit_left", ColumnType.Number), new("tiers", ColumnType.Json), new("grants", ColumnType.Json),
    ];

    /// <summary>Fills a row with a line.</summary>
    public static void Fill(ExportRow row, BillingLine line)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(line);
        row.Clear();
        row.SetText(0, line.LicenseId);
        row.SetText(1, line.FeatureCode);
        row.SetText(2, line.PlanId);
        row.SetTime(3, line.PeriodStart);
        row.SetTime(4, line.PeriodEnd);
        row.SetText(5, EnumNames.Of(line.Status));
        row.SetFlag(6, line.IsPart);
        row.SetFlag(7, line.IsReset);
        decimal?[] numbers =
        [
            line.Included, line.RolledIn, line.Allowance, line.Used, line.Overage, line.BaseCost, line.UnitCost, line.Cost,
        ];
        for (var i = 0; i < numbers.Length; i++)
        {
            row.SetNumber(8 + i, numbers[i]);
        }

        row.SetText(16, line.PriceUnit);
        row.SetNumber(17, line.CreditDrawn);
        row.SetNumber(18, line.CreditLeft);
        row.SetText(19, line.Tiers.IsEmpty ? null : JsonSerializer.Serialize(line.Tiers, BillingJson.Default.ImmutableArrayTierCharge));
        row.SetText(20, line.Grants.IsEmpty ? null : JsonSerializer.Serialize(line.Grants, BillingJson.Default.ImmutableArrayPeriodGrant));
    }

    /// <summary>Writes the lines of a bill as CSV, to a stream that stays open.</summary>
    public static async ValueTask WriteCsvAsync(Stream stream, IEnumerable<BillingLine> lines, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var writer = await ExportFormats.WriteAsync(
            stream, ExportFormat.Csv, ExportCompression.None, Columns, cancellationToken).ConfigureAwait(false);
        var row = new ExportRow(Columns);
        foreach (var line in lines)
        {
            Fill(row, line);
            await writer.WriteAsync(row, cancellationToken).ConfigureAwait(false);
        }

        await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }
}
