namespace Metering;

/// <summary>What was counted in a period until it was closed.</summary>
/// <param name="FeatureCode">The feature.</param>
/// <param name="Period">The period.</param>
/// <param name="Used">Use.</param>
/// <param name="Overage">The part that nothing covered.</param>
/// <param name="Cost">What it cost.</param>
public sealed record ClosedUse(string FeatureCode, Period Period, decimal Used, decimal Overage, decimal Cost);
