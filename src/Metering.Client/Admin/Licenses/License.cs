using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>The unit that is metered and limited.</summary>
public sealed record License
{
    /// <summary>By which operators name it; begins with <c>lic_</c>.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// Its secret key: in the answer that made the license or rotated its key, and nowhere else; null also when that request was a
    /// repeat.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>The customer.</summary>
    public required string TenantId { get; init; }

    /// <summary>How it stands: <c>active</c>, <c>suspended</c>, <c>expired</c> or <c>deleted</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Its plan; with several, the first by group.</summary>
    public string? PlanId { get; init; }

    /// <summary>Its plans, one of each group.</summary>
    public IReadOnlyList<LicensePlan> Plans { get; init => field = value ?? []; } = [];

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
}
