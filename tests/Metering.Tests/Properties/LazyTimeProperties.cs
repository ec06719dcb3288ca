using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Support;

namespace Metering.Tests.Properties;

/// <summary>Lazy time (rule 3): letting time pass in one go comes to the same as looking at every boundary on the way.</summary>
[Rule(3)]
public sealed class LazyTimeProperties
{
    private const int Histories = 250;
    private const int MaxBoundaries = 1500;

    [Fact]
    public void One_jump_over_a_gap_equals_stepping_through_every_boundary() => Samples.Check(
        "gaps",
        Histories,
        from history in History.Of(25)
        from hours in Gen.Choose(1, 24 * 500)
        from scale in Gen.Elements(1, 10, 100, 1000)
        select new Gap(history, TimeSpan.FromHours((double)hours / scale)),
        gap =>
        {
            var (state, now) = Playing.Run(gap.History);
            now = now > state.LastSeen ? now : state.LastSeen;
            var end = now + gap.Length;
            var days = new List<ClosedDay>();
            var stepped = Touch(state, now, days);
            var boundaries = 0;
            for (
                var next = Playing.NextDue(stepped, now); next < end
                    && boundaries < MaxBoundaries; next = Playing.NextDue(stepped, next.Value))
            {
                stepped = Touch(stepped, next.Value, days);
                boundaries++;
            }

            stepped = Touch(stepped, end, days);
            var atOnce = new List<ClosedDay>();
            var jumped = Touch(state, end, atOnce);
            Assert.Equal(InOrder(days, state), InOrder(atOnce, state));
            Assert.Equal(Overages(days, stepped), Overages(atOnce, jumped));
            Assert.Equal(Decisive(Use(stepped, end)), Decisive(Use(jumped, end)));
        },
        gap => gap.History.Shorter().Select(shorter => gap with { History = shorter }));

    // What time brought without an entry is kept only with one (rule 9), and a use leaves one wherever it is let in. A feature that was
    // taken away lags behind until it is given back, for which some look at it and others do not.
    private static LicenseState Use(LicenseState state, DateTimeOffset now)
    {
        foreach (var meter in state.Meters.Where(meter => meter.Feature.Kind == FeatureKind.Metered))
        {
            var assign = new AssignFeature { Feature = new FeatureTerms(meter.Feature, meter.Terms) };
            state = meter.Assigned ? state : LicenseMeter.Apply(state, assign, now).State;
            state = LicenseMeter.Apply(state, new RecordUse { FeatureCode = meter.Feature.Code }, now).State;
        }

        return state;
    }

    // A correction by nothing is refused, and lets happen what time has brought to the feature.
    private static LicenseState Touch(LicenseState state, DateTimeOffset now, List<ClosedDay> days)
    {
        foreach (var meter in state.Meters.Where(meter => meter.Assigned))
        {
            var outcome = LicenseMeter.Apply(state, new DecrementUsage { FeatureCode = meter.Feature.Code }, now);
            state = outcome.State;
            days.AddRange(outcome.ClosedDays);
        }

        return state;
    }

    private static IEnumerable<string> InOrder(List<ClosedDay> days, LicenseState state) => days
        .Select(day => day with { Rollup = Used(day.Rollup, state.FindMeter(day.FeatureCode)!) })
        .Where(day => day.Rollup.Count > 0 || !state.FindMeter(day.FeatureCode)!.Feature.IsLevel)
        .Select(day => $"{day.FeatureCode} {day.Rollup with { ByUser = null }}").Order(StringComparer.Ordinal);

    // What time moved of a level's overage is counted on the day on which somebody looked, so that no day changes that is closed.
    private static DayRollup Used(DayRollup day, MeterState meter) =>
        meter.Feature.IsLevel ? day with { Count = day.Count - day.Corrections, Corrections = 0, Overage = 0 } : day;

    // In all of the days it is the same, however often somebody looked.
    private static IEnumerable<(string FeatureCode, decimal Overage)> Overages(List<ClosedDay> days, LicenseState state) =>
        state.Meters.Select(meter => (meter.Feature.Code, days.Where(day => day.FeatureCode == meter.Feature.Code)
            .Select(day => day.Rollup).Concat(meter.Days).Sum(day => day.Overage)));

    /// <summary>
    /// What decides anything later. Left out is evidence of when somebody looked: ledger numbers (fewer looks, fewer entries), which
    /// levels were signalled on the way, when a grant's end was noticed, in which order grants ended, and on which day time moved a
    /// level's overage.
    /// </summary>
    private static string Decisive(LicenseState state)
    {
        var meters = state.Meters.Select(meter => meter with
        {
            LevelsSignalled = 0,
            Days = [.. meter.Days.Select(day => Used(day, meter)).Where(day => day.Count > 0 || !meter.Feature.IsLevel)],
            Past = meter.Past is { } past ? Decisive(past, meter) : null,
            OverageSignalled = false,
            ForgottenUsed = 0,
            EndedGrants =
            [
                .. meter.EndedGrants.Select(grant => grant with { EndedAt = null, PeriodUsed = 0 }).OrderBy(grant => grant.CreatedSequence)
            ],
        });
        var decisive = state with { Sequence = 0, Meters = [.. meters] };
        return System.Text.Json.JsonSerializer.Serialize(decisive, MeteringJson.Default.LicenseState)
            .Replace("},", "},\n", StringComparison.Ordinal);
    }

    private static MeterPast? Decisive(MeterPast past, MeterState meter)
    {
        past = past with
        {
            Periods = [.. past.Periods.Select(closed => closed with { Sequence = 0 })],
            DaysClosedThrough = meter.Feature.IsLevel ? null : past.DaysClosedThrough,
        };
        return past.IsEmpty ? null : past;
    }

    private sealed record Gap(History History, TimeSpan Length);
}
