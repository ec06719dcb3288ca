using System.Text.Json.Serialization;

namespace Metering;

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
