using System.Text.Json.Serialization;

namespace Metering;

/// <summary>From what the periods of a meter are counted.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<AnchorKind>))]
public enum AnchorKind
{
    /// <summary>The license's anchor: its creation, unless it was given another.</summary>
    License,

    /// <summary>Local midnight, Monday, the first of the month, the first of January.</summary>
    Calendar,

    /// <summary>A time of its own.</summary>
    At,
}
