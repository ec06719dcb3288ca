using System.Collections.Immutable;

namespace Metering;

/// <summary>The latest readings of a meter: the one without a key, and one of each key.</summary>
internal static class Readings
{
    /// <summary>The last reading of a key, or of the source without one; null when there is none.</summary>
    public static Reading? Last(MeterState meter, string? key) => key is null ? meter.LastReading : meter.Readings?.GetValueOrDefault(key);

    /// <summary>Whether another key may come: keys are the caller's, and would otherwise let the state grow without end.</summary>
    public static bool HasRoomFor(MeterState meter, string? key) => key is null || !(meter.Readings?.Count >= MeterLimits.Keys);

    /// <summary>The meter with a reading in place of its key's last.</summary>
    public static MeterState Keep(MeterState meter, string? key, Reading reading) => key is null
        ? meter with { LastReading = reading }
        : meter with { Readings = (meter.Readings ?? ImmutableDictionary<string, Reading>.Empty).SetItem(key, reading) };
}
