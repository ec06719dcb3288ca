namespace Metering.Client.Admin;

/// <summary>How one license of a tenant stands.</summary>
public sealed record LicenseQuota
{
    /// <summary>Whose quota it is.</summary>
    public required string LicenseId { get; init; }

    /// <summary>How its feature stands.</summary>
    public required UsageAnswer Usage { get; init; }

    /// <summary>Use in percent of the allowance; null when there is no allowance to compare with.</summary>
    public decimal? PercentUsed { get; init; }

    /// <summary>When it ends at the present pace; null: nothing to go by.</summary>
    public QuotaProjection? Projection { get; init; }
}
