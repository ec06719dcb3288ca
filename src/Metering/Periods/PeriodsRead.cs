using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// How the periods of a license stand that its state still tells of: those that late use may reach, and those that are open.
/// </summary>
internal static class PeriodsRead
{
    /// <summary>The periods, in the order of <see cref="FeaturePeriod.Compare"/>.</summary>
    /// <param name="change">A copy of the license, brought to now but for its meters.</param>
    /// <param name="sequence">Number of the last entry that is written: what the copy would write has no number yet.</param>
    public static ImmutableArray<FeaturePeriod> Of(Change change, long sequence)
    {
        // The array is immutable, so what is put while it is walked does not disturb the walk.
        foreach (var known in change.State.Meters)
        {
            change.Put(Timeline.Advance(known, change));
        }

        var periods = ImmutableArray.CreateBuilder<FeaturePeriod>();

        // Those that the copy lets go are told too: no record of them is stored before a command does the same.
        foreach (var record in change.ClosedPeriods)
        {
            periods.Add(record);
        }

        foreach (var meter in change.State.Meters)
        {
            if (meter.Feature.Kind != FeatureKind.Metered)
            {
                continue;
            }

            foreach (var closed in MeterPast.Of(meter).Periods)
            {
                if (closed.HasRecord)
                {
                    periods.Add(FeaturePeriod.Of(meter, closed) with { Status = PeriodStatus.Closed });
                }
            }

            periods.Add(FeaturePeriod.Of(meter));
        }

        periods.Sort(FeaturePeriod.Compare);
        for (var i = 0; i < periods.Count; i++)
        {
            periods[i] = periods[i].Sequence > sequence ? periods[i] with { Sequence = 0 } : periods[i];
        }

        return periods.ToImmutable();
    }
}
