using System.Text.Json.Serialization;

namespace Metering;

/// <summary>How far use has come, in rising order.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<Level>))]
public enum Level
{
    /// <summary>Nothing to say.</summary>
    Normal,

    /// <summary>Worth knowing.</summary>
    Warning,

    /// <summary>Close to the end.</summary>
    Critical,

    /// <summary>Beyond what is allowed for.</summary>
    OverUsage,
}
