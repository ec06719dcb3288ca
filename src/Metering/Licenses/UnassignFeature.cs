using System.Collections.Immutable;

namespace Metering;

/// <summary>Take a direct assignment away.</summary>
public sealed record UnassignFeature : Command
{
    /// <summary>Whose assignment goes; a plan that has the feature is asked from then on.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>
    /// The license's plans as whoever asks has seen them; their terms take over where they have the feature. Where one of the license's
    /// plans is not among them, because another change came first, the command is refused with <see cref="RefusalCode.PlansChanged"/>.
    /// </summary>
    public ImmutableArray<PlanTerms> Plans { get => field.IsDefault ? [] : field; init; } = [];
}
