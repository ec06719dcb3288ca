namespace Metering.Client.Admin;

/// <summary>All of a tenant's licenses that have the feature, added up.</summary>
public sealed record QuotaTogether
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
}
