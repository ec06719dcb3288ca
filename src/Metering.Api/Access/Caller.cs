namespace Metering.Api;

/// <summary>Who calls.</summary>
internal sealed record Caller
{
    public static readonly Caller Anybody = new();

    /// <summary>The license whose key was given; null for any other caller.</summary>
    public string? LicenseId { get; init; }

    /// <summary>What the token may do; null for any other caller.</summary>
    public TokenGrant? Grant { get; init; }

    /// <summary>The license that the caller's view token shows; null for any other caller.</summary>
    public string? ViewedLicenseId { get; init; }

    /// <summary>The tenant to which a token is limited; null for any other caller.</summary>
    public string? TenantId => Grant?.TenantId;
}
