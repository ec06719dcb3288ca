namespace Metering.Client.Admin;

/// <summary>A credential of an operator or a producer.</summary>
public sealed record ApiToken
{
    /// <summary>Its id. It says nothing of the token.</summary>
    public required string Id { get; init; }

    /// <summary>Its name in logs.</summary>
    public required string Name { get; init; }

    /// <summary>Its scopes: <c>ingest</c>, <c>read</c>, <c>manage</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init => field = value ?? []; } = [];

    /// <summary>Where it comes from: <c>configured</c> or <c>stored</c>.</summary>
    public required string Source { get; init; }

    /// <summary>When it was made, UTC; null for one of the configuration.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The only customer whose use it may send and read; null: every one's.</summary>
    public string? TenantId { get; init; }

    /// <summary>The secret itself: in the answer that made it, and nowhere else; null also when that request was a repeat.</summary>
    public string? Token { get; init; }
}
