using System.Text.Json.Serialization;

namespace Metering;

/// <summary>How the readings of a metered feature add up.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<MetricType>))]
public enum MetricType
{
    /// <summary>Sum of deltas, each above zero.</summary>
    Counter,

    /// <summary>Readings of a running total; a smaller reading than the last means that the source restarted.</summary>
    Total,

    /// <summary>The latest reading; with keys, the sum of each key's latest.</summary>
    Gauge,

    /// <summary>Sum of signed deltas, never below zero.</summary>
    UpDown,
}
