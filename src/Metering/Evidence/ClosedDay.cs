namespace Metering;

/// <summary>A day that can no longer change, as it leaves the license's state.</summary>
/// <param name="FeatureCode">The feature.</param>
/// <param name="Rollup">The day's aggregate.</param>
public sealed record ClosedDay(string FeatureCode, DayRollup Rollup);
