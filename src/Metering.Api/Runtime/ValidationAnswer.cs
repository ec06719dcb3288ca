namespace Metering.Api;

/// <summary>Whether a license is valid, whatever its usage.</summary>
/// <param name="Valid">Whether it is.</param>
/// <param name="Code"><c>valid</c>, or why not.</param>
/// <param name="License">The license.</param>
public sealed record ValidationAnswer(bool Valid, string Code, LicenseView License);
