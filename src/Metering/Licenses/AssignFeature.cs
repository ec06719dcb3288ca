namespace Metering;

/// <summary>Assign a feature to the license directly; its terms win over a plan's.</summary>
public sealed record AssignFeature : Command
{
    /// <summary>The feature and its terms.</summary>
    public required FeatureTerms Feature { get; init; }
}
