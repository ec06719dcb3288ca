using System.Text.Json;

namespace Metering.Client;

/// <summary>A license, as the meter shows it to the software that has its key.</summary>
public sealed record LicenseDetails
{
    /// <summary>By which operators name it.</summary>
    public required string Id { get; init; }

    /// <summary>The customer.</summary>
    public required string TenantId { get; init; }

    /// <summary>How it stands: <c>active</c>, <c>suspended</c>, <c>expired</c> or <c>deleted</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Its plan; with several, the first by group.</summary>
    public string? PlanId { get; init; }

    /// <summary>From what its periods are counted, UTC.</summary>
    public DateTimeOffset Anchor { get; init; }

    /// <summary>IANA time zone; null: UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>When it was created, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is no longer valid, UTC; null: always valid.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Most cores of its machines together; null: no limit.</summary>
    public decimal? MaxCores { get; init; }

    /// <summary>What the operator keeps with it; null: nothing.</summary>
    public JsonElement? Metadata { get; init; }
}
