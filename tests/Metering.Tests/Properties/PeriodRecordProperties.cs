using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Support;

namespace Metering.Tests.Properties;

/// <summary>What is told of periods, closed and open, is what the entries say of them, and stays what it was.</summary>
[Rule(3)]
[Rule(7)]
public sealed class PeriodRecordProperties
{
    private const int Histories = 250;

    [Fact]
    public void Closed_kept_and_open_periods_together_equal_a_fold_over_the_entries() => Samples.Check(
        "periods",
        Histories,
        History.Any,
        history =>
        {
            var fold = new PeriodFold();
            var records = new List<FeaturePeriod>();
            var (state, _) = Playing.Run(history, (_, _, _, outcome) =>
            {
                foreach (var entry in outcome.Entries)
                {
                    fold.Take(entry, outcome.State);
                }

                fold.TakeUnits(outcome.State);
                records.AddRange(outcome.ClosedPeriods);
            });

            var standing = LicenseMeter.Periods(state, state.LastSeen, MeterRules.Default);
            fold.Unclosed.UnionWith(state.Meters.Where(meter => meter.Period.End <= state.LastSeen).Select(meter => meter.Feature.Code));
            Assert.Equal(fold.Lines(), fold.LinesOf(records.Concat(standing)));
            Assert.Equal(records, records.DistinctBy(record => (record.FeatureCode, record.Period, record.Sequence)));
        },
        history => history.Shorter());

    [Fact]
    public void What_is_said_to_be_final_is_the_record_that_a_later_command_stores() => Samples.Check(
        "final",
        Histories,
        from history in History.Any
        from hours in Gen.Choose(1, 24 * 60)
        from later in Gen.Choose(0, 24 * 60)
        select (history, hours, later),
        sample =>
        {
            var (state, now) = Playing.Run(sample.history);
            var then = (now > state.LastSeen ? now : state.LastSeen).AddHours(sample.hours);
            var said = LicenseMeter.Periods(state, then, MeterRules.Default).Where(period => period.Status == PeriodStatus.Final).ToList();
            var stored = new HashSet<string>();
            var touched = new HashSet<string>();
            foreach (var meter in state.Meters.Where(meter => meter is { Assigned: true, Feature.Kind: FeatureKind.Metered }))
            {
                var outcome = LicenseMeter.Apply(
                    state, new RecordUse { FeatureCode = meter.Feature.Code }, then.AddHours(sample.later), MeterRules.Default);
                if (!outcome.Entries.IsEmpty)
                {
                    state = outcome.State;
                    touched.Add(meter.Feature.Code);
                    stored.UnionWith(outcome.ClosedPeriods.Select(Text));
                }
            }

            Assert.All(said.Where(period => touched.Contains(period.FeatureCode)), period => Assert.Contains(Text(period), stored));
        });

    // A read closes periods on a copy, so only the number of the entry is still to come.
    private static string Text(FeaturePeriod period) =>
        JsonSerializer.Serialize(period with { Sequence = 0 }, MeteringJson.Default.FeaturePeriod);
}
