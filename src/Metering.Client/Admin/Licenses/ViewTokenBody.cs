namespace Metering.Client.Admin;

/// <summary>For how long a view token is to be good.</summary>
internal sealed record ViewTokenBody(int? TtlSeconds);
