using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Metering.Server.Engine;

/// <summary>
/// Lets licenses whose states were read from the disk share equal terms and features: a million licenses have few of them.
/// </summary>
internal sealed class SharedTerms
{
    /// <summary>Most that are kept; beyond, states keep their own.</summary>
    private const int MaxCount = 10_000;

    private readonly ConcurrentDictionary<Terms, Terms> _terms = new();
    private readonly ConcurrentDictionary<Feature, Feature> _features = new();
    private readonly ConcurrentDictionary<PlanReference, PlanReference> _plans = new();

    internal LicenseState Share(LicenseState state) => state with
    {
        Plans = ImmutableArray.CreateRange(state.Plans, plan => Share(_plans, plan)),
        Meters = ImmutableArray.CreateRange(state.Meters, Share),
    };

    private MeterState Share(MeterState meter)
    {
        var feature = Share(_features, meter.Feature);
        return meter with
        {
            Feature = feature,
            Terms = Share(_terms, meter.Terms),
        };
    }

    private static T Share<T>(ConcurrentDictionary<T, T> known, T value)
        where T : class
    {
        if (known.TryGetValue(value, out var shared))
        {
            return shared;
        }

        // Looked up first, because Count takes all locks of the dictionary.
        return known.Count < MaxCount ? known.GetOrAdd(value, value) : value;
    }
}
