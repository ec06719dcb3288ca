namespace Metering.Api;

/// <summary>The test clock.</summary>
/// <param name="Now">Its time, UTC.</param>
[Example("""{"now":"2026-12-23T10:00:00Z"}""")]
public sealed record ClockAnswer(DateTimeOffset Now);
