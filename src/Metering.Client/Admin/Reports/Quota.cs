namespace Metering.Client.Admin;

/// <summary>How a tenant stands with one metric.</summary>
public sealed record Quota
{
    /// <summary>The customer.</summary>
    public required string TenantId { get; init; }

    /// <summary>The license that would be used next.</summary>
    public required string LicenseId { get; init; }

    /// <summary>How that license stands.</summary>
    public required UsageAnswer Usage { get; init; }

    /// <summary>Its use in percent of the allowance; null when there is no allowance to compare with.</summary>
    public decimal? PercentUsed { get; init; }

    /// <summary>When its quota ends at the present pace; null where there is nothing to go by.</summary>
    public QuotaProjection? Projection { get; init; }

    /// <summary>The tiers of its terms.</summary>
    public IReadOnlyList<Tier> Tiers { get; init => field = value ?? []; } = [];

    /// <summary>Each of the tenant's licenses that have the feature; null where there are more than 1,000.</summary>
    public IReadOnlyList<LicenseQuota>? Licenses { get; init; }

    /// <summary>All of these licenses together; null where there are more than 1,000.</summary>
    public QuotaTogether? Together { get; init; }
}
