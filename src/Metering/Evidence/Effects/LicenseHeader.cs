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

    public static LicenseHeader Of(LicenseState state) => new()
    {
        TenantId = state.TenantId,
        CreatedAt = state.CreatedAt,
        Anchor = state.Anchor,
        TimeZone = state.TimeZone,
        Suspended = state.Suspended,
        Deleted = state.Deleted,
        ExpiresAt = state.ExpiresAt,
        SetBackAt = state.SetBackAt,
        Plans = state.Plans,
    };

    public static bool Same(LicenseState before, LicenseState after) =>
        before.Suspended == after.Suspended && before.Deleted == after.Deleted && before.SetBackAt == after.SetBackAt
        && (before.Plans == after.Plans || before.Plans.AsSpan().SequenceEqual(after.Plans.AsSpan()))
        && before.ExpiresAt == after.ExpiresAt && before.Anchor == after.Anchor && before.CreatedAt == after.CreatedAt
        && before.TimeZone == after.TimeZone && before.TenantId == after.TenantId;

    public LicenseState On(LicenseState state) => state with
    {
        TenantId = TenantId,
        CreatedAt = CreatedAt,
        Anchor = Anchor,
        TimeZone = TimeZone,
        Suspended = Suspended,
        Deleted = Deleted,
        ExpiresAt = ExpiresAt,
        SetBackAt = SetBackAt,
        Plans = Plans,
    };
}
