namespace Metering;

/// <summary>What may be known of a token: everything but the token and its hash.</summary>
/// <param name="Id">Its id. It says nothing of the token.</param>
/// <param name="Name">Its name in logs.</param>
/// <param name="Scopes">Its scopes: <c>ingest</c>, <c>read</c>, <c>manage</c>.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="CreatedAt">When it was made, UTC; null for one of the configuration.</param>
public record TokenRecord(string Id, string Name, IReadOnlyList<string> Scopes, TokenSource Source, DateTimeOffset? CreatedAt)
{
    /// <summary>Most tokens that a host keeps; those of the configuration are not counted.</summary>
    public const int MaxStored = 1_000;

    /// <summary>The only customer whose use it may send and read; null: every one's.</summary>
    public string? TenantId { get; init; }

    /// <summary>What whoever shows it may do.</summary>
    public TokenGrant ToGrant() => new(Name, Scopes, TenantId);

    /// <summary>A token of the configuration; its id is made of its name.</summary>
    /// <param name="grant">What it may do.</param>
    /// <param name="taken">The ids that others have; this one's is added.</param>
    public static TokenRecord Configured(TokenGrant grant, ISet<string> taken)
    {
        var id = $"configured:{grant.Name}";

        // Two tokens of the configuration may have the same name, and each is listed under an id of its own.
        for (var number = 2; !taken.Add(id); number++)
        {
            id = $"configured:{grant.Name}:{number}";
        }

        return new TokenRecord(id, grant.Name, grant.Scopes, TokenSource.Configured, null) { TenantId = grant.TenantId };
    }
}
