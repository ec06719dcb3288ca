using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>A license to be made.</summary>
public sealed record NewLicense
{
    /// <summary>The customer. Required.</summary>
    public required string TenantId { get; init; }

    /// <summary>Its plan; without plan and plans it gets the default plan of each group.</summary>
    public string? PlanId { get; init; }

    /// <summary>Its plans, one of each group.</summary>
    public IReadOnlyList<string>? Plans { get; init; }

    /// <summary>From when on it is no longer valid.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>From what its periods are counted; its creation where it is absent.</summary>
    public DateTimeOffset? Anchor { get; init; }

    /// <summary>IANA time zone; UTC where it is absent.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Kept with it: a JSON object of up to 4 KiB.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>Most cores of its machines.</summary>
    public decimal? MaxCores { get; init; }
}
