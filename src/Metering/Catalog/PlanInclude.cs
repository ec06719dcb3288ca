namespace Metering;

/// <summary>One feature of a plan with its terms.</summary>
/// <param name="FeatureCode">The feature's code.</param>
/// <param name="Terms">The terms.</param>
public sealed record PlanInclude(string FeatureCode, Terms Terms);
