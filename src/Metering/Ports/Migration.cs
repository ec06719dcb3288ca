namespace Metering;

/// <summary>A migration and how far it has come.</summary>
public sealed record Migration
{
    /// <summary><c>mig_</c> and what the host made.</summary>
    public required string Id { get; init; }

    /// <summary>Whose licenses are moved.</summary>
    public required string PlanId { get; init; }

    /// <summary>Only licenses on this version are moved; null: licenses on any other than <see cref="ToVersion"/>.</summary>
    public int? FromVersion { get; init; }

    /// <summary>The version that licenses are moved to.</summary>
    public int ToVersion { get; init; }

    /// <summary>How it stands.</summary>
    public MigrationStatus Status { get; init; }

    /// <summary>Licenses that were moved.</summary>
    public long Migrated { get; init; }

    /// <summary>Licenses that were left alone: not on the plan, on the version already, or could not be moved.</summary>
    public long Skipped { get; init; }

    /// <summary>Licenses that were looked at.</summary>
    public long Total { get; init; }

    /// <summary>Why it failed or could not move some licenses, in words for people.</summary>
    public string? Problem { get; init; }
}
