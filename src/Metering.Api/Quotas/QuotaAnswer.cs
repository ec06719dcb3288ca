using Metering.Reports;

namespace Metering.Api;

/// <summary>A usage answer with what a quota has besides. The usage answer is of the license that would be used now.</summary>
/// <param name="TenantId">The customer.</param>
/// <param name="LicenseId">The license that would be used.</param>
/// <param name="PercentUsed">Use in percent of the allowance; null when there is no allowance to compare with.</param>
/// <param name="Projection">When the quota ends at the present pace; null where there is nothing to go by.</param>
/// <param name="Tiers">The tiers.</param>
/// <param name="Licenses">Each of the tenant's licenses that have the feature; null where there are more than 1,000.</param>
/// <param name="Together">All of these licenses together; null where there are more than 1,000.</param>
public sealed record QuotaAnswer(
    string TenantId,
    string LicenseId,
    decimal? PercentUsed,
    QuotaProjection? Projection,
    IReadOnlyList<TierDocument> Tiers,
    IReadOnlyList<LicenseQuota>? Licenses,
    QuotaTotal? Together);
