using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>Body of a token's creation.</summary>
[Example("""{"name":"collector of acme","scopes":["ingest"],"tenant_id":"tenant_acme"}""")]
public sealed record TokenRequest
{
    /// <summary>The token's name in logs and lists.</summary>
    [Required]
    public string? Name { get; init; }

    /// <summary>What it may do: one or more of <c>ingest</c>, <c>read</c>, <c>manage</c>.</summary>
    [Required]
    public string?[]? Scopes { get; init; }

    /// <summary>
    /// The only customer whose use it may send and read. Such a token has the scopes <c>ingest</c> and <c>read</c> at most. Absent: every
    /// customer's.
    /// </summary>
    public string? TenantId { get; init; }
}
