using System.Text.Json;

namespace Metering.Api;

/// <summary>What a new version of a plan says of a feature in another way than the version before it.</summary>
/// <param name="PlanId">The plan.</param>
/// <param name="FeatureCode">The feature.</param>
/// <param name="Field">
/// The field of the terms; <c>feature</c> where the plan did not include the feature before, or does not any more.
/// </param>
/// <param name="Before">What the version before says, as in the document; null: nothing, which for a limit means unlimited.</param>
/// <param name="After">What the new version says.</param>
public sealed record TermsDifference(string PlanId, string FeatureCode, string Field, JsonElement? Before, JsonElement? After);
