using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// Bring a license back from a future into which a wrong clock has brought it. The one command for which time runs backwards (rule 2); it
/// is an operator's, made while nothing else uses the license.
/// </summary>
public sealed record RepairClock : Command
{
    /// <summary>What time it is, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>
    /// Records of the license's periods that the jump closed: those that a clock set back to <see cref="Now"/> takes back
    /// (<see cref="FeaturePeriod.IsTakenBack"/>). Those that are still in the state need not be among them.
    /// </summary>
    public ImmutableArray<FeaturePeriod> Closed { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Days that the jump closed, and which may still change at <see cref="Now"/>.</summary>
    public ImmutableArray<ClosedDay> Days { get => field.IsDefault ? [] : field; init; } = [];
}
