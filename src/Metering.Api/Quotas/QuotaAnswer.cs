namespace Metering.Api;

/// <summary>A usage answer with what a quota has besides.</summary>
/// <param name="TenantId">The customer.</param>
/// <param name="LicenseId">The license that has the feature.</param>
/// <param name="PercentUsed">Use in percent of the allowance; null when there is no allowance to compare with.</param>
/// <param name="Tiers">The tiers.</param>
public sealed record QuotaAnswer(string TenantId, string LicenseId, decimal? PercentUsed, IReadOnlyList<TierDocument> Tiers);
