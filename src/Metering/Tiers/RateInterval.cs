using System.Text.Json.Serialization;

namespace Metering;

/// <summary>The interval over which a <see cref="Rate"/> counts.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<RateInterval>))]
public enum RateInterval
{
    /// <summary>One second.</summary>
    Second,

    /// <summary>Sixty seconds.</summary>
    Minute,

    /// <summary>Sixty minutes.</summary>
    Hour,

    /// <summary>24 hours.</summary>
    Day,
}
