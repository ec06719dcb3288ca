namespace Metering.Client.Admin;

/// <summary>A token to be made.</summary>
public sealed record NewToken
{
    /// <summary>The token's name in logs and lists.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do: one or more of <c>ingest</c>, <c>read</c>, <c>manage</c>.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>
    /// The only customer whose use it may send and read. Such a token has the scopes <c>ingest</c> and <c>read</c> at most. Absent:
    /// every customer's.
    /// </summary>
    public string? TenantId { get; init; }
}
