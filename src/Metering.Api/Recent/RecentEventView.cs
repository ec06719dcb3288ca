namespace Metering.Api;

/// <summary>A use or an event, as the live tail shows it.</summary>
/// <param name="At">When it was decided, UTC, by the clock of the instance.</param>
/// <param name="TenantId">The customer; null where it is not known.</param>
/// <param name="LicenseId">The license; null where it is not known.</param>
/// <param name="Metric">The feature; null where it could not be read.</param>
/// <param name="Quantity">As it was given; null where it could not be read.</param>
/// <param name="EventId">The event's id; null where it has none.</param>
/// <param name="Source">On which way it came.</param>
/// <param name="Outcome">What it came to.</param>
/// <param name="Code">Why it was not counted: a problem's code; null where it was.</param>
public sealed record RecentEventView(
    DateTimeOffset At,
    string? TenantId,
    string? LicenseId,
    string? Metric,
    decimal? Quantity,
    string? EventId,
    RecentSource Source,
    RecentOutcome Outcome,
    string? Code);
