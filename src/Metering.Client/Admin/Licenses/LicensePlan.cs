namespace Metering.Client.Admin;

/// <summary>A plan that a license has.</summary>
public sealed record LicensePlan
{
    /// <summary>As the catalog names it.</summary>
    public required string PlanId { get; init; }

    /// <summary>Which of its versions; a license stays on it until it is migrated.</summary>
    public int Version { get; init; }

    /// <summary>A license has one plan of each.</summary>
    public required string Group { get; init; }
}
