namespace Metering.Api;

/// <summary>Where an event of a stream goes: to a license, or nowhere, because it has come to something on the way.</summary>
/// <param name="LicenseId">The license that is to count it; null when nothing is left to do.</param>
/// <param name="Outcome">What it came to; null when it goes to a license.</param>
public sealed record EventPlace(string? LicenseId, EventOutcome? Outcome);
