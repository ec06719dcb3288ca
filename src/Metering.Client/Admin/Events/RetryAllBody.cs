namespace Metering.Client.Admin;

/// <summary>Body of a retry of all dead letters of a kind, a part at a time.</summary>
internal sealed record RetryAllBody(string? Code, string? TenantId, string? Metric, int Limit, string? Cursor);
