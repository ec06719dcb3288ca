namespace Metering.Client.Admin;

/// <summary>Where the test clock is to go.</summary>
internal sealed record ClockBody(DateTimeOffset? Now, string? Advance);
