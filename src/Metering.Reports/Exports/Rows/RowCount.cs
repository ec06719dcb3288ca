namespace Metering.Reports;

/// <summary>What a row counts.</summary>
/// <param name="FeatureCode">The feature.</param>
/// <param name="Day">The day in which it counts.</param>
/// <param name="Unit">The unit of its cost; null where the row does not say it.</param>
/// <param name="Sums">How much it counts.</param>
internal readonly record struct RowCount(string FeatureCode, DateOnly Day, string? Unit, UsageSums Sums);
