using System.Collections.Immutable;

namespace Metering;

/// <summary>What a command changed of a meter's readings besides what its entries say.</summary>
internal sealed record ReadingsEffect
{
    /// <summary>The reading without a key; null: as told, or <see cref="LastGone"/>.</summary>
    public Reading? Last { get; init; }

    /// <summary>Whether the reading without a key is no longer there.</summary>
    public bool LastGone { get; init; }

    /// <summary>Whether no key has a reading any more.</summary>
    public bool Cleared { get; init; }

    /// <summary>Readings that are new or changed, by key.</summary>
    public ImmutableSortedDictionary<string, Reading>? Put { get; init; }

    /// <summary>Keys that have no reading any more, in order.</summary>
    public ImmutableArray<string>? Gone { get; init; }

    public static ImmutableDictionary<string, Reading> Of(MeterState meter) => meter.Readings ?? ImmutableDictionary<string, Reading>.Empty;

    public static ReadingsEffect? Between(MeterState before, MeterState after, ReadOnlySpan<LedgerEntry> entries)
    {
        var last = before.LastReading;
        var keyed = false;
        var repaired = false;
        foreach (var entry in entries)
        {
            // A repaired clock moves readings that no entry names.
            repaired |= entry.Kind == EntryKind.ClockRepaired;
            if (entry.FeatureCode == after.Feature.Code && KeyedReading.Of(entry, after.Feature) is { } reading)
            {
                keyed |= reading.Key is not null;
                last = reading.Key is null ? reading.After(last) : last;
            }
        }

        var sameLast = ReferenceEquals(last, after.LastReading) || last == after.LastReading;
        var differences = !keyed && ReferenceEquals(before.Readings, after.Readings) ? null
            : KeysBetween(before, after, entries, named: keyed && !repaired);
        return sameLast && differences is null ? null : (differences ?? new ReadingsEffect()) with
        {
            Last = sameLast ? null : after.LastReading,
            LastGone = !sameLast && after.LastReading is null,
        };
    }

    public MeterState On(MeterState meter)
    {
        var readings = Cleared ? ImmutableDictionary<string, Reading>.Empty : Of(meter);
        readings = readings.RemoveRange(Gone ?? []).SetItems(Put ?? ImmutableSortedDictionary<string, Reading>.Empty);
        return meter with
        {
            LastReading = LastGone ? null : Last ?? meter.LastReading,
            Readings = readings.IsEmpty ? null : readings,
        };
    }

    private static ReadingsEffect? KeysBetween(MeterState before, MeterState after, ReadOnlySpan<LedgerEntry> entries, bool named)
    {
        var (told, now) = (Of(before), Of(after));
        if (now.IsEmpty)
        {
            return told.IsEmpty && !named ? null : new ReadingsEffect { Cleared = true };
        }

        var differences = new Differences(now);
        var count = told.Count;
        foreach (var entry in entries)
        {
            if (entry.FeatureCode == after.Feature.Code && KeyedReading.Of(entry, after.Feature) is { Key: { } key } reading)
            {
                // Once for a key: of two entries with the same one the later tells.
                count += (now.ContainsKey(key) ? 1 : 0) - (told.ContainsKey(key) ? 1 : 0);
                told = told.SetItem(key, reading.After(told.GetValueOrDefault(key)));
                differences.Look(key, told);
            }
        }

        // A gauge may have thousands of keys, and a command changes those that its entries name; all are looked at only where that does
        // not explain their number.
        if (!named || count != now.Count)
        {
            foreach (var key in told.Keys.Union(now.Keys))
            {
                differences.Look(key, told);
            }
        }

        return differences.ToEffect();
    }

    private sealed class Differences(ImmutableDictionary<string, Reading> now)
    {
        // In order: an entry's bytes must be the same whenever the command is applied again, and hashes of texts are not.
        private readonly SortedDictionary<string, Reading?> found = new(StringComparer.Ordinal);

        public void Look(string key, ImmutableDictionary<string, Reading> told)
        {
            var reading = now.GetValueOrDefault(key);
            found.Remove(key);
            if (reading != told.GetValueOrDefault(key))
            {
                found[key] = reading;
            }
        }

        public ReadingsEffect? ToEffect()
        {
            var put = found
                .Where(one => one.Value is not null)
                .ToImmutableSortedDictionary(one => one.Key, one => one.Value!, StringComparer.Ordinal);
            var gone = found.Where(one => one.Value is null).Select(one => one.Key).ToImmutableArray();
            return found.Count == 0 ? null : new ReadingsEffect { Put = put.IsEmpty ? null : put, Gone = gone.IsEmpty ? null : gone };
        }
    }
}
