using System.Collections.Immutable;

namespace Metering;

/// <summary>A license's status and what it is on, as a change left them.</summary>
public sealed record LicenseAnswer : Answer
{
    /// <summary>When this was so, UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Whether an operator has suspended the license.</summary>
    public bool Suspended { get; init; }

    /// <summary>Whether it was deleted.</summary>
    public bool Deleted { get; init; }

    /// <summary>From when on it is no longer valid, UTC; null: always valid.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>From what its periods are counted, UTC.</summary>
    public DateTimeOffset Anchor { get; init; }

    /// <summary>IANA time zone; null: UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Its plans, one of each group.</summary>
    public ImmutableArray<PlanReference> Plans { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Most cores of its machines; null: no limit.</summary>
    public decimal? MaxCores { get; init; }

    /// <summary>What a state says, whenever it is looked at: time changes none of it. Without a time.</summary>
    public static LicenseAnswer Of(LicenseState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new()
        {
            Suspended = state.Suspended,
            Deleted = state.Deleted,
            ExpiresAt = state.ExpiresAt,
            Anchor = state.Anchor,
            TimeZone = state.TimeZone,
            Plans = state.Plans,
            MaxCores = MaxCoresOf(state),
        };
    }

    /// <summary>Whether two states of one license say the same.</summary>
    // Compared by the fields and not by two answers: every commit of a host that notes them asks this.
    public static bool IsSame(LicenseState one, LicenseState other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.Suspended == other.Suspended && one.Deleted == other.Deleted && one.ExpiresAt == other.ExpiresAt
            && one.Anchor == other.Anchor && one.TimeZone == other.TimeZone
            && one.Plans.AsSpan().SequenceEqual(other.Plans.AsSpan()) && MaxCoresOf(one) == MaxCoresOf(other);
    }

    /// <summary>The license's status and what it is on.</summary>
    internal static LicenseAnswer Of(Change change) => Of(change.State) with { At = change.Now };

    private static decimal? MaxCoresOf(LicenseState state) =>
        state.FindMeter(Machines.FeatureCode) is { Assigned: true } meter ? meter.Terms.Limit : null;
}
