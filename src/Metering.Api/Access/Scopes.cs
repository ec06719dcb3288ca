namespace Metering.Api;

/// <summary>What tokens may do.</summary>
public static class Scopes
{
    /// <summary>Send events.</summary>
    public const string Ingest = "ingest";

    /// <summary>Read everything.</summary>
    public const string Read = "read";

    /// <summary>Read and change everything.</summary>
    public const string Manage = "manage";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Ingest, Read, Manage];

    /// <summary>Why <see cref="FitTenant"/> is false.</summary>
    public const string NoManage = $"must not name {Manage} for a token of one tenant: managing concerns all tenants.";

    /// <summary>Whether a token of a tenant may have the scopes; one of every tenant may have all.</summary>
    public static bool FitTenant(IReadOnlyCollection<string> scopes, string? tenantId) =>
        string.IsNullOrEmpty(tenantId) || !scopes.Contains(Manage);

    /// <summary>Whether a token with these may manage: one of a single tenant never may.</summary>
    public static bool MayManage(TokenRecord token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return token.TenantId is null && token.Scopes.Contains(Manage);
    }

    /// <summary>Whether there is at least one scope and every one is known: whoever makes a token asks this.</summary>
    public static bool AreKnown(IReadOnlyCollection<string> scopes) => scopes.Count > 0 && scopes.All(All.Contains);
}
