namespace Metering.Api;

/// <summary>Body of the test clock: one of the two.</summary>
[Example("""{"advance":"P32D"}""")]
public sealed record ClockRequest
{
    /// <summary>The time to set.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>How far to move on: an ISO 8601 duration such as <c>P1D</c>.</summary>
    public string? Advance { get; init; }
}
