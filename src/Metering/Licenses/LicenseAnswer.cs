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

    /// <summary>The license's status and what it is on.</summary>
    internal static LicenseAnswer Of(Change change) => new()
    {
        At = change.Now,
        Suspended = change.State.Suspended,
        Deleted = change.State.Deleted,
        ExpiresAt = change.State.ExpiresAt,
        Anchor = change.State.Anchor,
        TimeZone = change.State.TimeZone,
        Plans = change.State.Plans,
        MaxCores = change.State.FindMeter(Machines.FeatureCode) is { Assigned: true } meter ? meter.Terms.Limit : null,
    };
}
