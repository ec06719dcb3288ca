namespace Metering.Cli.Events.Import;

/// <summary>What rows get that don't say it themselves.</summary>
internal sealed record ImportDefaults(string? TenantId, string? LicenseId, string? Metric);
