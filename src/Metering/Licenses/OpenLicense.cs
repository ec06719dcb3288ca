using System.Collections.Immutable;

namespace Metering;

/// <summary>Create the license's state. Applied once, to no state.</summary>
public sealed record OpenLicense : Command
{
    /// <summary>The id of the new license; whoever sends the command has made it.</summary>
    public required string LicenseId { get; init; }

    /// <summary>The customer.</summary>
    public required string TenantId { get; init; }

    /// <summary>From what its periods are counted; null: from its creation.</summary>
    public DateTimeOffset? Anchor { get; init; }

    /// <summary>IANA time zone; null: UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>From when on it is no longer valid; null: always valid.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Its plans, one of each group.</summary>
    public ImmutableArray<PlanTerms> Plans { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Features assigned to it directly.</summary>
    public ImmutableArray<FeatureTerms> Features { get => field.IsDefault ? [] : field; init; } = [];
}
