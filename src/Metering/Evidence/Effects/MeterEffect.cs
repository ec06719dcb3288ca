using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// What a command changed of one meter besides what its entries say. What is null did not change; a number is the one after it.
/// </summary>
/// <remarks>
/// Not told: what is set aside, for it follows from the holds; the rate's arrival time, which is no evidence; and the days, which follow
/// from the entries alone.
/// </remarks>
internal sealed record MeterEffect
{
    public required string Code { get; init; }

    /// <summary>Feature, terms and schedule, whole.</summary>
    public MeterTerms? Terms { get; init; }

    public bool? Assigned { get; init; }

    public ImmutableArray<FeatureSpan>? Spans { get; init; }

    public ImmutableArray<EndlessSpan>? Endless { get; init; }

    public Period? Period { get; init; }

    public decimal? Used { get; init; }

    public decimal? LimitUsed { get; init; }

    public decimal? Rollover { get; init; }

    public decimal? RolloverUsed { get; init; }

    public decimal? ForgottenUsed { get; init; }

    public decimal? Overage { get; init; }

    public decimal? Cost { get; init; }

    /// <summary>How the cost came about; one that says nothing: nothing is priced any more.</summary>
    public PricedUse? Priced { get; init; }

    public decimal? PricedTo { get; init; }

    public int? TiersEntered { get; init; }

    public Level? Level { get; init; }

    public int? LevelsSignalled { get; init; }

    public bool? OverageSignalled { get; init; }

    public bool? Suspended { get; init; }

    public bool? ResumesNextPeriod { get; init; }

    public GrantsEffect? Grants { get; init; }

    public ReadingsEffect? Readings { get; init; }

    public PastEffect? Past { get; init; }

    public static MeterEffect? Between(
        MeterState? before, MeterState after, ReadOnlySpan<LedgerEntry> entries, ReadOnlySpan<FeaturePeriod> closed)
    {
        // Of a license's meters a command moves one, nearly always: the others must cost nothing.
        if (ReferenceEquals(before, after) && !IsNamed(after.Feature.Code, entries))
        {
            return null;
        }

        var known = before ?? Fresh(after.Feature, after.Terms, after.Schedule, after.Period);
        var numbers = MeterNumbers.Of(known);
        foreach (var entry in entries)
        {
            if (entry.FeatureCode == after.Feature.Code)
            {
                numbers = numbers.After(entry, known);
            }
        }

        var terms = before?.Basis == after.Basis ? null : after.Basis;
        var grants = GrantsEffect.Between(known, after);
        var readings = ReadingsEffect.Between(known, after, entries);
        var past = PastEffect.Between(known, after, entries, closed);
        var nothing = terms is null && grants is null && readings is null && past is null && numbers.Are(after)
            && known.Assigned == after.Assigned && SameSpans(known, after) && SameEndless(known, after)
            && known.Period == after.Period
            && known.Rollover == after.Rollover && known.RolloverUsed == after.RolloverUsed && known.ForgottenUsed == after.ForgottenUsed
            && known.TiersEntered == after.TiersEntered && known.Level == after.Level
            && known.LevelsSignalled == after.LevelsSignalled && known.OverageSignalled == after.OverageSignalled
            && known.ResumesNextPeriod == after.ResumesNextPeriod;

        // A new meter is told even where it is as a fresh one: a replay makes it from this.
        return nothing && before is not null ? null : new MeterEffect
        {
            Code = after.Feature.Code,
            Terms = terms,
            Assigned = Changed(known.Assigned, after.Assigned),
            Spans = SameSpans(known, after) ? null : after.Spans,
            Endless = SameEndless(known, after) ? null : after.Endless,
            Period = before?.Period == after.Period ? null : after.Period,
            Used = Changed(numbers.Used, after.Used),
            LimitUsed = Changed(numbers.LimitUsed, after.LimitUsed),
            Rollover = Changed(known.Rollover, after.Rollover),
            RolloverUsed = Changed(known.RolloverUsed, after.RolloverUsed),
            ForgottenUsed = Changed(known.ForgottenUsed, after.ForgottenUsed),
            Overage = Changed(numbers.Overage, after.Overage),
            Cost = Changed(numbers.Cost, after.Cost),
            Priced = numbers.Priced == after.Priced ? null : after.Priced ?? new PricedUse(),
            PricedTo = Changed(numbers.PricedTo, after.PricedTo),
            TiersEntered = Changed(known.TiersEntered, after.TiersEntered),
            Level = Changed(known.Level, after.Level),
            LevelsSignalled = Changed(known.LevelsSignalled, after.LevelsSignalled),
            OverageSignalled = Changed(known.OverageSignalled, after.OverageSignalled),
            Suspended = Changed(numbers.Suspended, after.Suspended),
            ResumesNextPeriod = Changed(known.ResumesNextPeriod, after.ResumesNextPeriod),
            Grants = grants,
            Readings = readings,
            Past = past,
        };
    }

    /// <summary>The meter that a license gets by this effect, before anything is counted on it; null where it tells of no terms.</summary>
    public MeterState? Begun =>
        Terms is { } terms && Period is { } period ? Fresh(terms.Feature, terms.Terms, terms.Schedule, period) : null;

    /// <summary>The meter after the effect.</summary>
    public MeterState On(MeterState meter)
    {
        meter = Terms is null ? meter : meter with { Basis = Terms };
        meter = Grants?.On(meter) ?? meter;
        meter = Readings?.On(meter) ?? meter;
        meter = Past?.On(meter) ?? meter;
        return meter with
        {
            Assigned = Assigned ?? meter.Assigned,
            Spans = Spans ?? meter.Spans,
            Endless = Endless ?? meter.Endless,
            Period = Period ?? meter.Period,
            Used = Used ?? meter.Used,
            LimitUsed = LimitUsed ?? meter.LimitUsed,
            Rollover = Rollover ?? meter.Rollover,
            RolloverUsed = RolloverUsed ?? meter.RolloverUsed,
            ForgottenUsed = ForgottenUsed ?? meter.ForgottenUsed,
            Overage = Overage ?? meter.Overage,
            Cost = Cost ?? meter.Cost,
            Priced = Priced is { IsNothing: true } ? null : Priced ?? meter.Priced,
            PricedTo = PricedTo ?? meter.PricedTo,
            TiersEntered = TiersEntered ?? meter.TiersEntered,
            Level = Level ?? meter.Level,
            LevelsSignalled = LevelsSignalled ?? meter.LevelsSignalled,
            OverageSignalled = OverageSignalled ?? meter.OverageSignalled,
            Suspended = Suspended ?? meter.Suspended,
            ResumesNextPeriod = ResumesNextPeriod ?? meter.ResumesNextPeriod,
        };
    }

    private static bool IsNamed(string code, ReadOnlySpan<LedgerEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.FeatureCode == code)
            {
                return true;
            }
        }

        return false;
    }

    private static MeterState Fresh(Feature feature, Terms terms, PeriodSchedule schedule, Period period) =>
        new() { Feature = feature, Terms = terms, Schedule = schedule, Period = period };

    private static T? Changed<T>(T told, T now)
        where T : struct => EqualityComparer<T>.Default.Equals(told, now) ? null : now;

    private static bool SameEndless(MeterState before, MeterState after) =>
        before.Endless == after.Endless || before.Endless.AsSpan().SequenceEqual(after.Endless.AsSpan());

    private static bool SameSpans(MeterState before, MeterState after) =>
        before.Spans == after.Spans || before.Spans.AsSpan().SequenceEqual(after.Spans.AsSpan());
}
