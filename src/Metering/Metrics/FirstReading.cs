using System.Text.Json.Serialization;

namespace Metering;

/// <summary>What the first reading of a running total means; with keys, the first of each key.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<FirstReading>))]
public enum FirstReading
{
    /// <summary>It counts whole: the source began at zero with the license.</summary>
    Counts,

    /// <summary>It counts nothing: what the source shows then was there before, and use is what comes on top.</summary>
    Base,
}
