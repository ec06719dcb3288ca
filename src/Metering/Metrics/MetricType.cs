using System.Text.Json.Serialization;

namespace Metering;

/// <summary>
/// How the readings of a metered feature add up. What follows from the type is in its <see cref="Metric"/>, and nowhere else.
/// </summary>
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

/// <summary>Which <see cref="Metric"/> a type is: beside the types, so that a new one needs this file and its own.</summary>
internal static class MetricTypes
{
    // One of each, because they keep nothing and every use asks for one.
    private static readonly Counter Counter = new();
    private static readonly Total Total = new();
    private static readonly Gauge Gauge = new();
    private static readonly UpDown UpDown = new();

    /// <exception cref="ArgumentOutOfRangeException">A type without a metric: a bug, for none can be made by a request.</exception>
    public static Metric Of(MetricType type) => type switch
    {
        MetricType.Counter => Counter,
        MetricType.Total => Total,
        MetricType.Gauge => Gauge,
        MetricType.UpDown => UpDown,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such metric type."),
    };
}
