namespace Metering.Client.Admin;

/// <summary>Licenses on their way to another version of their plan.</summary>
public sealed record PlanMigration
{
    /// <summary><c>mig_</c> and what the host made.</summary>
    public required string Id { get; init; }

    /// <summary>Whose licenses are moved.</summary>
    public required string PlanId { get; init; }

    /// <summary>Only licenses on this version are moved; null: licenses on any other than <c>to_version</c>.</summary>
    public int? FromVersion { get; init; }

    /// <summary>The version that licenses are moved to.</summary>
    public int ToVersion { get; init; }

    /// <summary>How it stands: <c>running</c>, <c>completed</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Licenses that were moved.</summary>
    public int Migrated { get; init; }

    /// <summary>Licenses that were left alone: not on the plan, on the version already, or could not be moved.</summary>
    public int Skipped { get; init; }

    /// <summary>Licenses that were looked at.</summary>
    public int Total { get; init; }

    /// <summary>Why it failed or could not move some licenses, in words for people.</summary>
    public string? Problem { get; init; }
}
