namespace Metering.Client.Admin;

/// <summary>How far a feature of a license is in its quota.</summary>
public sealed record QuotaPlace
{
    /// <summary>Whose quota it is.</summary>
    public required string LicenseId { get; init; }

    /// <summary>The customer.</summary>
    public required string TenantId { get; init; }

    /// <summary>What is counted.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Use of the period.</summary>
    public decimal Used { get; init; }

    /// <summary>What may be used in the period.</summary>
    public decimal Allowance { get; init; }

    /// <summary>Use in percent of the allowance; null where that is zero.</summary>
    public decimal? Percent { get; init; }

    /// <summary>How far it has come.</summary>
    public UsageLevel Level { get; init; }

    /// <summary>When use starts anew, UTC; null: never.</summary>
    public DateTimeOffset? ResetsAt { get; init; }
}
