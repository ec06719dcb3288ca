namespace Metering;

/// <summary>The version of a plan that a license is on.</summary>
/// <param name="PlanId">The plan.</param>
/// <param name="Version">The version.</param>
/// <param name="Group">The plan's group.</param>
public sealed record PlanReference(string PlanId, int Version, string Group);
