namespace Metering.Reports;

/// <summary>By how much a license's use of a feature on a day differs from what was said before.</summary>
/// <param name="LicenseId">The license.</param>
/// <param name="FeatureCode">The feature.</param>
/// <param name="Day">The day in which it counts.</param>
/// <param name="Unit">The unit of the cost; null where rows don't say it.</param>
/// <param name="Count">Changes more than before.</param>
/// <param name="Amount">Units more than before.</param>
/// <param name="Overage">Units more than before that nothing covered.</param>
/// <param name="Cost">Cost more than before.</param>
public sealed record ExportAdjustment(
    string LicenseId, string FeatureCode, DateOnly Day, string? Unit, long Count, decimal Amount, decimal Overage, decimal Cost);
