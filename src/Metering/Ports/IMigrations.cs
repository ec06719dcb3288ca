using System.Text.Json.Serialization;

namespace Metering;

/// <summary>Moves the licenses of a plan to another version of it, in the background.</summary>
public interface IMigrations
{
    /// <summary>Starts a migration. One that is interrupted may be started again: licenses that are on the version already are left alone.</summary>
    /// <returns>The migration; null when the host has as many running as it takes.</returns>
    ValueTask<Migration?> StartAsync(string planId, int? fromVersion, int toVersion, CancellationToken cancellationToken);

    /// <summary>A migration; null when there is none, or it is forgotten.</summary>
    ValueTask<Migration?> FindAsync(string id, CancellationToken cancellationToken);
}

/// <summary>A migration and how far it has come.</summary>
public sealed record Migration
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The plan.</summary>
    public required string PlanId { get; init; }

    /// <summary>Only licenses on this version are moved; null: licenses on any other than <see cref="ToVersion"/>.</summary>
    public int? FromVersion { get; init; }

    /// <summary>The version that licenses are moved to.</summary>
    public int ToVersion { get; init; }

    /// <summary>How it stands.</summary>
    public MigrationStatus Status { get; init; }

    /// <summary>Licenses that were moved.</summary>
    public long Migrated { get; init; }

    /// <summary>Licenses that were left alone: not on the plan, or on the version already.</summary>
    public long Skipped { get; init; }

    /// <summary>Licenses that were looked at.</summary>
    public long Total { get; init; }

    /// <summary>Why it failed, for people.</summary>
    public string? Problem { get; init; }
}

/// <summary>How a migration stands.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<MigrationStatus>))]
public enum MigrationStatus
{
    /// <summary>It is under way.</summary>
    Running,

    /// <summary>Every license was looked at.</summary>
    Completed,

    /// <summary>It stopped; it may be started again.</summary>
    Failed,
}
