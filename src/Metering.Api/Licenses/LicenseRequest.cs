using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Metering.Api;

/// <summary>Body of a new license.</summary>
[Example("""{"tenant_id":"tenant_acme","plan_id":"pro","time_zone":"Europe/Berlin","metadata":{"crm":"4711"}}""")]
public sealed record LicenseRequest
{
    /// <summary>The customer. Required.</summary>
    [Required]
    public string? TenantId { get; init; }

    /// <summary>Its plan; without plan and plans it gets the default plan of each group.</summary>
    public string? PlanId { get; init; }

    /// <summary>Its plans, one of each group.</summary>
    public string?[]? Plans { get; init; }

    /// <summary>From when on it is no longer valid.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>From what its periods are counted; its creation where it is absent.</summary>
    public DateTimeOffset? Anchor { get; init; }

    /// <summary>IANA time zone; UTC where it is absent.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Kept with it: a JSON object of up to 4 KiB.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>Most cores of its machines. To change it, assign the feature <c>cpu_cores</c> with another limit.</summary>
    public decimal? MaxCores { get; init; }
}
