namespace Metering.Api;

/// <summary>
/// What of a route a token of one tenant may ask for. What is not its tenant's looks as if it were not there: 404, never 403.
/// </summary>
public enum TenantReach
{
    /// <summary>Nothing: what the route is about is no tenant's own. It answers 403.</summary>
    Nothing,

    /// <summary>Its own tenant, which the path names.</summary>
    TenantOfPath,

    /// <summary>Licenses of its own tenant, of which the path names one.</summary>
    LicenseOfPath,

    /// <summary>What is its own tenant's of a body or list; the route itself sees to it.</summary>
    Part,
}
