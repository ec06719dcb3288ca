using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Metering.Server.Engine;

/// <summary>
/// Lets licenses whose states were read from the disk share what they have in common: a million licenses have few terms and features, and
/// most of their periods begin together.
/// </summary>
internal sealed class SharedTerms
{
    /// <summary>Most that are kept; beyond, states keep their own.</summary>
    private const int MaxCount = 10_000;

    private readonly ConcurrentDictionary<Terms, Terms> _terms = new();
    private readonly ConcurrentDictionary<Feature, Feature> _features = new();
    private readonly ConcurrentDictionary<PlanReference, PlanReference> _plans = new();
    private readonly ConcurrentDictionary<PlanReference, PlanReference[]> _onlyPlans = new();
    private readonly ConcurrentDictionary<PeriodSchedule, PeriodSchedule> _schedules = new();
    private readonly ConcurrentDictionary<Period, Period> _periods = new();

    internal LicenseState Share(LicenseState state) => state with
    {
        Plans = Share(state.Plans),
        Meters = ImmutableArray.CreateRange(state.Meters, Share),
    };

    private MeterState Share(MeterState meter) => meter with
    {
        Feature = Share(_features, meter.Feature),
        Terms = Share(_terms, meter.Terms),
        Schedule = Share(_schedules, meter.Schedule),
        Period = Share(_periods, meter.Period),
    };

    // Most licenses have one plan; then the list is shared too.
    private ImmutableArray<PlanReference> Share(ImmutableArray<PlanReference> plans)
    {
        if (plans is not [var only])
        {
            return ImmutableArray.CreateRange(plans, plan => Share(_plans, plan));
        }

        only = Share(_plans, only);
        return ImmutableCollectionsMarshal.AsImmutableArray(Share(_onlyPlans, only, static plan => [plan]));
    }

    private static T Share<T>(ConcurrentDictionary<T, T> known, T value)
        where T : class => Share(known, value, static own => own);

    private static TShared Share<T, TShared>(ConcurrentDictionary<T, TShared> known, T value, Func<T, TShared> make)
        where T : class
    {
        if (known.TryGetValue(value, out var shared))
        {
            return shared;
        }

        // Looked up first, because Count takes all locks of the dictionary.
        return known.Count < MaxCount ? known.GetOrAdd(value, make) : make(value);
    }
}
