using System.Text.Json.Serialization;

namespace Metering;

/// <summary>How far use has come, in rising order.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<Level>))]
public enum Level
{
    // The order is relied on: levels are compared, and each one's number is its bit in MeterState.LevelsSignalled.

    /// <summary>Nothing to say.</summary>
    Normal,

    /// <summary>Worth knowing.</summary>
    Warning,

    /// <summary>Close to the end.</summary>
    Critical,

    /// <summary>Beyond what is allowed for.</summary>
    OverUsage,
}
