namespace Metering.Reports;

/// <summary>How the quotas of several licenses stand together. A license can't use what another has left; this only adds them up.</summary>
public sealed record QuotaTotal
{
    /// <summary>How many licenses have the feature.</summary>
    public int Licenses { get; init; }

    /// <summary>Use of their open periods.</summary>
    public decimal Used { get; init; }

    /// <summary>What they may use; null where one of them is unlimited.</summary>
    public decimal? Allowance { get; init; }

    /// <summary>What they have left; null where one of them is unlimited.</summary>
    public decimal? Remaining { get; init; }

    /// <summary>Use that nothing covered.</summary>
    public decimal Overage { get; init; }

    /// <summary>Use in percent of the allowance; null when there is no allowance to compare with.</summary>
    public decimal? PercentUsed { get; init; }

    internal static QuotaTotal Of(IReadOnlyCollection<LicenseQuota> quotas)
    {
        decimal used = 0, overage = 0;
        decimal? allowance = 0, remaining = 0;
        foreach (var quota in quotas)
        {
            used += quota.Usage.Used;
            overage += quota.Usage.Overage;
            allowance += quota.Usage.Allowance;
            remaining += quota.Usage.Remaining;
        }

        return new QuotaTotal
        {
            Licenses = quotas.Count,
            Used = used,
            Allowance = allowance,
            Remaining = remaining,
            Overage = overage,
            PercentUsed = LicenseQuota.PercentOf(used, allowance),
        };
    }
}
