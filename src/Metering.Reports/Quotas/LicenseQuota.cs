namespace Metering.Reports;

/// <summary>How the quota of one license stands.</summary>
public sealed record LicenseQuota
{
    private const int PercentDigits = 2;

    /// <summary>Whose quota it is.</summary>
    public required string LicenseId { get; init; }

    /// <summary>How its feature stands.</summary>
    public required UsageAnswer Usage { get; init; }

    /// <summary>Use in percent of the allowance; null when there is no allowance to compare with.</summary>
    public decimal? PercentUsed { get; init; }

    /// <summary>When it ends at the present pace; null: nothing to go by.</summary>
    public QuotaProjection? Projection { get; init; }

    internal static LicenseQuota Of(LicenseState state, UsageAnswer usage, DateTimeOffset now) => new()
    {
        LicenseId = state.LicenseId,
        Usage = usage,
        PercentUsed = PercentOf(usage.Used, usage.Allowance),
        Projection = QuotaProjection.Of(usage, state.FindMeter(usage.FeatureCode)!, state.CreatedAt, now),
    };

    /// <summary>Use in percent of an allowance, with two digits; null where there is no allowance to compare with.</summary>
    public static decimal? PercentOf(decimal used, decimal? allowance) =>
        allowance is > 0 and var whole ? Amount.Normalize(decimal.Round(used / whole * 100, PercentDigits)) : null;
}
