using System.Collections.Immutable;

namespace Metering;

/// <summary>What a license is apart from its meters, balances and holds. It rarely changes, so it is told whole.</summary>
internal sealed record LicenseHeader
{
    public required string TenantId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset Anchor { get; init; }

    public string? TimeZone { get; init; }

    public bool Suspended { get; init; }

    public bool Deleted { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public long SetBackAt { get; init; }

    public ImmutableArray<PlanReference> Plans { get => field.IsDefault ? [] : field; init; } = [];

    public static LicenseHeader Empty { get; } = new() { TenantId = "" };

    /// <summary>Whether another says the same, its plans one by one.</summary>
    public bool Says(LicenseHeader other) =>
        ReferenceEquals(this, other)
        || (Suspended == other.Suspended && Deleted == other.Deleted && SetBackAt == other.SetBackAt
            && (Plans == other.Plans || Plans.AsSpan().SequenceEqual(other.Plans.AsSpan()))
            && ExpiresAt == other.ExpiresAt && Anchor == other.Anchor && CreatedAt == other.CreatedAt
            && TimeZone == other.TimeZone && TenantId == other.TenantId);
}
