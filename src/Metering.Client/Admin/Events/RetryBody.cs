namespace Metering.Client.Admin;

/// <summary>Body of one dead letter's retry: the event that takes its place, or none.</summary>
internal sealed record RetryBody(UsageEvent? Event);
