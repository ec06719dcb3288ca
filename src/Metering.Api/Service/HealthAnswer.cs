namespace Metering.Api;

/// <summary>The service's health.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
[Example("""{"status":"live"}""")]
public sealed record HealthAnswer(string Status);
