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
            Assert.Equal(InOrder(days), InOrder(atOnce));
            Assert.Equal(Decisive(Use(stepped, end)), Decisive(Use(jumped, end)));
        },
        gap => gap.History.Shorter().Select(shorter => gap with { History = shorter }));

    // What time brought without an entry is kept only with one (rule 9), and a use leaves one wherever it is let in.
    private static LicenseState Use(LicenseState state, DateTimeOffset now) => state.Meters
        .Where(meter => meter is { Assigned: true, Feature.Kind: FeatureKind.Metered })
        .Aggregate(state, (before, meter) => LicenseMeter.Apply(before, new RecordUse { FeatureCode = meter.Feature.Code }, now).State);

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

    private static IEnumerable<string> InOrder(List<ClosedDay> days) =>
        days.Select(day => $"{day.FeatureCode} {day.Rollup with { ByUser = null }}").Order(StringComparer.Ordinal);

    /// <summary>
    /// What decides anything later. Left out is evidence of when somebody looked: ledger numbers (fewer looks, fewer entries), which
    /// levels were signalled on the way, when a grant's end was noticed, and in which order grants ended.
    /// </summary>
    private static string Decisive(LicenseState state)
    {
        var meters = state.Meters.Select(meter => meter with
        {
            LevelsSignalled = 0,
            Past = meter.Past is { } past ? past with { Periods = [.. past.Periods.Select(closed => closed with { Sequence = 0 })] } : null,
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

    private sealed record Gap(History History, TimeSpan Length);
}
