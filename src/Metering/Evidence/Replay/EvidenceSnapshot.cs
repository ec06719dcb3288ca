using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// What a license's evidence came to at one entry, so that a replay can begin after it once the entries up to it are removed. It is made by
/// replaying them (<see cref="EvidenceReplay.Snapshot"/>), never from the license's own state.
/// </summary>
public sealed record EvidenceSnapshot
{
    /// <summary>
    /// The state as it follows from the entries: its number and time are the last entry's, its meters' days are all from
    /// <see cref="DaysFrom"/> on. What is no evidence (<see cref="EvidenceReplay.Exempt"/>) and what follows from the rest is not in it.
    /// </summary>
    public required LicenseState State { get; init; }

    /// <summary>
    /// The first day of which rollups are told, UTC: those of earlier days are past their retention, as their entries are.
    /// </summary>
    public DateOnly DaysFrom { get; init; }

    /// <summary>Records of closed periods that end on <see cref="DaysFrom"/> or later.</summary>
    public ImmutableArray<FeaturePeriod> ClosedPeriods { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>
    /// The last entry's link in the chain (<see cref="EvidenceChain"/>), in hexadecimal; empty where the host keeps none.
    /// </summary>
    public string Link { get; init; } = "";
}
