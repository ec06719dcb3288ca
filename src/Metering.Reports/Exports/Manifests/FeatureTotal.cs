namespace Metering.Reports;

/// <summary>What the rows of a feature count together.</summary>
/// <param name="FeatureCode">The feature; <c>(other)</c> for those beyond the most that a manifest lists.</param>
/// <param name="Unit">The unit of the cost; null where rows don't say it.</param>
/// <param name="Count">Changes.</param>
/// <param name="Amount">Units.</param>
/// <param name="Overage">Units that nothing covered.</param>
/// <param name="Cost">What they cost.</param>
public sealed record FeatureTotal(string FeatureCode, string? Unit, long Count, decimal Amount, decimal Overage, decimal Cost);
