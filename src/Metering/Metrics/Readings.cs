using System.Collections.Immutable;

namespace Metering;

/// <summary>What a value means by metric type: by how much it changes use.</summary>
internal static class Readings
{
    /// <summary>Works out what a use adds, and keeps the reading where it is one.</summary>
    /// <param name="change">The license.</param>
    /// <param name="meter">The meter.</param>
    /// <param name="use">The use.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="name">A name for people, kept with a keyed reading.</param>
    public static Step Take(Change change, MeterState meter, Use use, DateTimeOffset at, string? name = null)
    {
        var amount = use.Amount;
        if (use.Key is not null && meter.Feature.Metric is not (MetricType.Gauge or MetricType.Total))
        {
            return Step.Wrong("/key", "only the readings of a gauge or a total have keys");
        }

        var fault = meter.Feature.Metric switch
        {
            MetricType.Counter => amount > 0 ? null : "must be above zero",
            MetricType.UpDown => amount != 0 ? null : "must not be zero",
            _ => amount >= 0 ? null : "must be zero or more",
        };
        if (fault is not null)
        {
            return Step.Wrong("/amount", fault);
        }

        if (Removals.Reason(meter, use.Key, at) is { } gone)
        {
            return new Step(meter, 0) { Ignored = gone };
        }

        return meter.Feature.Metric switch
        {
            MetricType.Counter or MetricType.UpDown => new Step(meter, amount),
            MetricType.Total => Total(meter, use.Key, new Reading(amount, at, name)),
            _ => Gauge(change, meter, use.Key, new Reading(amount, at, name)),
        };
    }

    /// <summary>The reading that is there, of a key or without one; zero when there is none.</summary>
    public static decimal Last(MeterState meter, string? key) =>
        (key is null ? meter.LastReading : meter.Readings?.GetValueOrDefault(key))?.Value ?? 0;

    // Each key is a source of its own, with its own last reading: several meters on one license.
    private static Step Total(MeterState meter, string? key, Reading reading)
    {
        var last = key is null ? meter.LastReading : meter.Readings?.GetValueOrDefault(key);
        if (last is null)
        {
            var first = meter.Terms.FirstReading == FirstReading.Base ? 0 : reading.Value;
            if (key is null)
            {
                return new Step(meter with { LastReading = reading }, first);
            }

            var readings = meter.Readings ?? ImmutableDictionary<string, Reading>.Empty;
            return readings.Count < MeterLimits.Keys
                ? new Step(meter with { Readings = readings.Add(key, reading) }, first)
                : Step.TooManyKeys(meter);
        }

        if (reading.At < last.At)
        {
            // A reading from before the last one says nothing new, and is no restart.
            return new Step(meter, 0);
        }

        // A source that shows less than before has started again from zero, so all that it shows is new.
        var delta = reading.Value >= last.Value ? reading.Value - last.Value : reading.Value;
        meter = key is null ? meter with { LastReading = reading } : meter with { Readings = meter.Readings!.SetItem(key, reading) };
        return new Step(meter, delta);
    }

    private static Step Gauge(Change change, MeterState meter, string? key, Reading reading)
    {
        if (key is null)
        {
            var last = meter.LastReading;
            return last is not null && reading.At < last.At
                ? new Step(meter, 0)
                : new Step(meter with { LastReading = reading }, reading.Value - (last?.Value ?? 0));
        }

        var readings = meter.Readings ?? ImmutableDictionary<string, Reading>.Empty;
        if (readings.TryGetValue(key, out var before))
        {
            return reading.At < before.At
                ? new Step(meter, 0)
                : new Step(meter with { Readings = readings.SetItem(key, reading) }, reading.Value - before.Value);
        }

        if (readings.Count >= MeterLimits.Keys)
        {
            // Keys that read zero make room. They are removed as any other key: what they read before stays gone.
            meter = Removals.Remove(meter, change, [.. readings.Where(one => one.Value.Value == 0).Select(one => KeyValuePair.Create(one.Key, one.Value.At))]);
            readings = meter.Readings!;
        }

        return readings.Count < MeterLimits.Keys
            ? new Step(Removals.Return(meter, key) with { Readings = readings.Add(key, reading) }, reading.Value)
            : Step.TooManyKeys(meter);
    }
}

/// <summary>What a use adds.</summary>
/// <param name="Meter">The meter with the reading kept, and nothing counted yet.</param>
/// <param name="Delta">What the use adds to use.</param>
internal readonly record struct Step(MeterState Meter, decimal Delta)
{
    public Refusal? Refusal { get; init; }

    /// <summary>Why the use changes nothing, for the evidence; null when it counts.</summary>
    public string? Ignored { get; init; }

    public static Step TooManyKeys(MeterState meter) => new(meter, 0)
    {
        Refusal = Change.Refuse(RefusalCode.LimitReached, $"A feature has at most {MeterLimits.Keys} keys of readings."),
    };

    public static Step Wrong(string pointer, string detail) => new(null!, 0)
    {
        Refusal = Change.Invalid(pointer, detail),
    };
}
