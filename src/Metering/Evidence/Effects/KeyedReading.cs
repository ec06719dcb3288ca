namespace Metering;

/// <summary>A reading with its key; null key: the reading of a meter without keys.</summary>
internal readonly record struct KeyedReading(string? Key, Reading Reading)
{
    /// <summary>The reading that an entry brings; null when it brings none.</summary>
    public static KeyedReading? Of(LedgerEntry entry, Feature feature) =>
        // Without a day the use was ignored, and a reading that was ignored is not kept.
        entry is { Value: { } value, Day: not null } && MetricTypes.Of(feature.Metric).HasKeys
        && EntryEffects.Of(entry.Kind) == EntryEffect.Count
            ? new KeyedReading(entry.Key, new Reading(value, entry.HappenedAt))
            : null;

    /// <summary>Which of two readings stays: one from before the last says nothing new.</summary>
    public Reading After(Reading? last) => last is not null && Reading.At < last.At ? last : Reading;

    /// <summary>The meter with the reading.</summary>
    public MeterState On(MeterState meter) => Key is null
        ? meter with { LastReading = After(meter.LastReading) }
        : meter with { Readings = ReadingsEffect.Of(meter).SetItem(Key, After(ReadingsEffect.Of(meter).GetValueOrDefault(Key))) };
}
