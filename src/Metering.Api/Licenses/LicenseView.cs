using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>A license, as answers show it.</summary>
public record LicenseView
{
    /// <summary>By which operators name it; begins with <c>lic_</c>.</summary>
    [JsonPropertyOrder(-2)]
    public required string Id { get; init; }

    /// <summary>The customer.</summary>
    public required string TenantId { get; init; }

    /// <summary>How it stands.</summary>
    public LicenseStatus Status { get; init; }

    /// <summary>Its plan; with several, the first by group.</summary>
    public string? PlanId { get; init; }

    /// <summary>Its plans, one of each group.</summary>
    public IReadOnlyList<PlanReference> Plans { get; init; } = [];

    /// <summary>From what its periods are counted, UTC.</summary>
    public DateTimeOffset Anchor { get; init; }

    /// <summary>IANA time zone; null: UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>When it was created, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is no longer valid, UTC; null: always valid.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Most cores of its machines; null: no limit.</summary>
    public decimal? MaxCores { get; init; }

    /// <summary>What the operator keeps with it.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>What directory and state say of a license now.</summary>
    internal static LicenseView Of(LicenseRecord license, LicenseState state, DateTimeOffset now, MeterRules rules) =>
        Of(license, LicenseMeter.License(state, now, rules));

    /// <summary>What the directory says of a license, and the writer of its state as of a certain time.</summary>
    internal static LicenseView Of(LicenseRecord license, LicenseAnswer answer) =>
        // Either says that it is deleted: the two are written one after the other, and a crash may lie between.
        Of(ListedLicense.Of(license, null), answer with { Deleted = license.Deleted || answer.Deleted });

    /// <summary>What a list says of a license, and its state.</summary>
    internal static LicenseView Of(ListedLicense license, LicenseAnswer answer)
    {
        var plans = answer.Plans.OrderBy(plan => plan.Group, StringComparer.Ordinal).ToList();
        return new LicenseView
        {
            Id = license.Id,
            TenantId = license.TenantId,
            Status = StatusOf(answer),
            PlanId = plans.FirstOrDefault()?.PlanId,
            Plans = plans,
            Anchor = answer.Anchor,
            TimeZone = answer.TimeZone,
            CreatedAt = license.CreatedAt,
            ExpiresAt = answer.ExpiresAt,
            MaxCores = answer.MaxCores,
            Metadata = license.Metadata,
        };
    }

    /// <summary>How a license stands at the time of an answer.</summary>
    internal static LicenseStatus StatusOf(LicenseAnswer answer) => answer switch
    {
        { Deleted: true } => LicenseStatus.Deleted,
        { Suspended: true } => LicenseStatus.Suspended,
        _ when answer.ExpiresAt <= answer.At => LicenseStatus.Expired,
        _ => LicenseStatus.Active,
    };
}
