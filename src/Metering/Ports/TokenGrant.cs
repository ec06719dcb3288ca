namespace Metering;

/// <summary>What a token may do.</summary>
/// <param name="Name">Its name in logs.</param>
/// <param name="Scopes">Its scopes: <c>ingest</c>, <c>read</c>, <c>manage</c>.</param>
/// <param name="TenantId">The only customer whose use it may send and read; null: every one's.</param>
public sealed record TokenGrant(string Name, IReadOnlyList<string> Scopes, string? TenantId = null);
