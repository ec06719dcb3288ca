using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>One way in which a new version of a plan differs from the one before.</summary>
public sealed record TermsDifference
{
    /// <summary>Which plan has the new version.</summary>
    public required string PlanId { get; init; }

    /// <summary>Whose terms differ.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>The field of the terms; <c>feature</c> where the plan did not include the feature before, or does not any more.</summary>
    public required string Field { get; init; }

    /// <summary>What the version before says, as in the document; null: nothing, which for a limit means unlimited.</summary>
    public JsonElement? Before { get; init; }

    /// <summary>What the new version says.</summary>
    public JsonElement? After { get; init; }
}
