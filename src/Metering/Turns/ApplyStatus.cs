using System.Text.Json.Serialization;

namespace Metering;

/// <summary>How a command went.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ApplyStatus>))]
public enum ApplyStatus
{
    /// <summary>It was applied now; what it counted is durable.</summary>
    Applied,

    /// <summary>It had been applied before: this is the first answer.</summary>
    Replayed,

    /// <summary>The license has no state.</summary>
    LicenseNotFound,

    /// <summary>The same key came with another body (422).</summary>
    KeyReused,

    /// <summary>Nothing was counted, or the same key tells whether it was (503).</summary>
    Busy,

    /// <summary>
    /// It met a fault of ours, which the host logged; nothing was counted (500). The others of its list are not affected.
    /// </summary>
    Failed,
}
