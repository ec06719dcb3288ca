using System.Collections.Immutable;

namespace Metering;

/// <summary>Put the license on these plans, and on no others. Use that was counted stays; the terms change from now on.</summary>
public sealed record SetPlans : Command
{
    /// <summary>The plans, one of each group.</summary>
    public ImmutableArray<PlanTerms> Plans { get => field.IsDefault ? [] : field; init; } = [];
}
