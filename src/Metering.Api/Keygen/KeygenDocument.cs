namespace Metering.Api;

/// <summary>A JSON:API document.</summary>
/// <param name="Data">The license.</param>
[Example("""{"data":{"type":"licenses","id":"lic_1","attributes":{"uses":3,"maxUses":10}}}""")]
public sealed record KeygenDocument(KeygenLicense Data);
