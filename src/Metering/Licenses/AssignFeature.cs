namespace Metering;

/// <summary>Assign a feature to the license directly; its terms win over a plan's.</summary>
public sealed record AssignFeature : Command
{
    /// <summary>The feature and its terms.</summary>
    public required FeatureTerms Feature { get; init; }

    /// <summary>
    /// Why the feature is not offered any more; null where it is. A license that does not have it is refused for this reason; for one that
    /// has it the terms may still be changed.
    /// </summary>
    public string? NotOffered { get; init; }
}
