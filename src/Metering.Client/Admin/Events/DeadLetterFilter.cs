namespace Metering.Client.Admin;

/// <summary>Which dead letters are meant; what is null is no condition.</summary>
/// <param name="Code">Why they could not be counted.</param>
/// <param name="TenantId">The customer that their events name.</param>
/// <param name="Metric">The feature that their events name.</param>
public sealed record DeadLetterFilter(string? Code = null, string? TenantId = null, string? Metric = null);
