using System.Text.Json.Serialization;

namespace Metering;

/// <summary>What a license may do with a feature.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<FeatureKind>))]
public enum FeatureKind
{
    /// <summary>Counted against terms.</summary>
    Metered,

    /// <summary>Had or not had; nothing is counted.</summary>
    Boolean,
}
