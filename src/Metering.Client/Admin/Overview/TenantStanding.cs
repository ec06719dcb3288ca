namespace Metering.Client.Admin;

/// <summary>How far a customer is in its quotas.</summary>
public sealed record TenantStanding
{
    /// <summary>The customer.</summary>
    public required string TenantId { get; init; }

    /// <summary>How many licenses it has; null while the licenses have not all been looked at.</summary>
    public BoundedCount? Licenses { get; init; }

    /// <summary>The feature that is furthest in its quota, of all of its licenses that are active.</summary>
    public required QuotaPlace Nearest { get; init; }
}
