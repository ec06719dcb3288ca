namespace Metering.Client;

/// <summary>Whether a license is valid, whatever its usage (rule 12).</summary>
/// <param name="Valid">Whether it is.</param>
/// <param name="Code"><c>valid</c>, or why not: <c>license_suspended</c>, <c>license_expired</c>, <c>license_not_found</c>.</param>
/// <param name="License">The license.</param>
public sealed record Validation(bool Valid, string Code, LicenseDetails License);
