namespace Metering.Api;

/// <summary>A JSON:API document.</summary>
/// <param name="Data">The license.</param>
public sealed record KeygenDocument(KeygenLicense Data);
