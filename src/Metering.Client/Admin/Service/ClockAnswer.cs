namespace Metering.Client.Admin;

/// <summary>What the meter takes for now.</summary>
internal sealed record ClockAnswer(DateTimeOffset Now);
