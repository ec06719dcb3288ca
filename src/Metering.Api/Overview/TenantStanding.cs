namespace Metering.Api;

/// <summary>How far a customer is in its quotas.</summary>
/// <param name="TenantId">The customer.</param>
/// <param name="Licenses">How many licenses it has; null while the licenses have not all been looked at.</param>
/// <param name="Nearest">The feature that is furthest in its quota, of all of its licenses that are active.</param>
public sealed record TenantStanding(string TenantId, BoundedCount? Licenses, QuotaPlace Nearest);
