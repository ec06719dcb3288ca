using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>
/// A time whose use is billed by its UTC days, because it counted in a period without an end. What was used in the period that such a one
/// replaced goes on in it, and what was used in it goes on in the period that replaces it, so both belong to the span.
/// </summary>
/// <param name="From">From when its use counts, UTC.</param>
/// <param name="Since">
/// When it began, UTC: what it took over is billed with the day on which it did. Bills of the days before may be final by then, and had
/// nothing of it.
/// </param>
/// <param name="Until">The end of the period that took over its use, UTC; null: none has.</param>
/// <param name="PriceUnit">The unit of its prices; another unit begins another span. Null: there are no prices.</param>
public sealed record EndlessSpan(DateTimeOffset From, DateTimeOffset Since, DateTimeOffset? Until, string? PriceUnit)
{
    /// <summary>Most spans that are kept of one feature; beyond that the oldest is forgotten.</summary>
    public const int MaxCount = 20;

    /// <summary>Number of the first entry of <see cref="From"/> that belongs to it; 0: all of that instant do.</summary>
    public long FromEntry { get; init; }

    /// <summary>Number of the first entry of <see cref="Since"/> that was counted after it had begun.</summary>
    public long SinceEntry { get; init; }

    /// <summary>Number of the first entry of <see cref="Until"/> that does not belong to it any more; 0: none of that instant does.</summary>
    public long UntilEntry { get; init; }

    /// <summary>Where the entries begin that belong to it.</summary>
    [JsonIgnore]
    public LedgerPlace Begin => new(From, FromEntry);

    /// <summary>Where they end; null: they have not yet.</summary>
    [JsonIgnore]
    public LedgerPlace? End => Until is { } until ? new LedgerPlace(until, UntilEntry) : null;

    /// <summary>Whether it took over what was counted before it began.</summary>
    public bool HasTakenOver => Begin < new LedgerPlace(Since, SinceEntry);

    /// <summary>Whether a period that has an end is billed by days.</summary>
    public bool Has(FeaturePeriod period)
    {
        ArgumentNullException.ThrowIfNull(period);
        var (place, start, end) = (PlaceOf(period), period.Period.Start, period.Period.End!.Value);

        // Earlier versions named no entry, and a repaired clock forgets which it was: then times alone tell, as they did.
        var begun = FromEntry == 0 && start < From ? From < end : Begin < place;
        return begun && (UntilEntry == 0 && start < Until ? !(Until < end) : !(End < place));
    }

    /// <summary>
    /// Whether a part (<see cref="FeaturePeriod.IsPart"/>) is of what was taken over: it was charged before days were billed, in another
    /// unit than theirs may be, so it is billed by itself, and the days without it.
    /// </summary>
    public bool TookOver(FeaturePeriod part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return part.IsPart && HasTakenOver && part.Period.Start == From && part.Period.End <= Since
            && Begin < PlaceOf(part) && !(End <= PlaceOf(part));
    }

    /// <summary>The spans of a new meter.</summary>
    internal static ImmutableArray<EndlessSpan> New(MeterState? known, MeterState fresh, Change change)
    {
        // Before its first day there is no use of it; of a feature that was another one, the day may have that one's.
        var now = Next(change);
        var from = known is null ? new LedgerPlace(StartOfDay(now.At)) : now;
        var spans = Ended(known?.Endless ?? [], now);
        return fresh.Period.End is null && fresh.Feature.Kind == FeatureKind.Metered ? Add(spans, At(from, null, fresh)) : spans;
    }

    /// <summary>The spans of a meter that was brought to other terms.</summary>
    internal static ImmutableArray<EndlessSpan> Changed(MeterState before, MeterState after, Change change)
    {
        var (spans, now) = (before.Endless, Next(change));
        var (until, unit) = (after.Period.End, after.Terms.PriceUnit);
        if (spans.IsEmpty || spans[^1].End <= now)
        {
            var past = MeterPast.Of(before);
            return until is not null || after.Feature.Kind != FeatureKind.Metered
                ? spans
                : Add(spans, new EndlessSpan(past.CountsFrom ?? before.Period.Start, now.At, null, unit)
                {
                    FromEntry = past.BegunByReset,
                    SinceEntry = now.Entry,
                });
        }

        var last = spans[^1];
        if (last.PriceUnit == unit)
        {
            return last.Until == until ? spans : spans.SetItem(spans.Length - 1, last with { Until = until });
        }

        return Add(Ended(spans, now), At(now, until, after));
    }

    /// <summary>The spans after an operator's reset: a period that has an end begins with nothing that was taken over.</summary>
    /// <param name="spans">The spans before it.</param>
    /// <param name="reset">Where the entry of the reset is.</param>
    internal static ImmutableArray<EndlessSpan> Reset(ImmutableArray<EndlessSpan> spans, LedgerPlace reset) =>
        !spans.IsEmpty && spans[^1].Until is not null ? Ended(spans, reset) : spans;

    private static ImmutableArray<EndlessSpan> Ended(ImmutableArray<EndlessSpan> spans, LedgerPlace now) =>
        spans.IsEmpty || spans[^1].End <= now
            ? spans
            : spans.SetItem(spans.Length - 1, spans[^1] with { Until = now.At, UntilEntry = now.Entry });

    // It has taken over nothing.
    private static EndlessSpan At(LedgerPlace from, DateTimeOffset? until, MeterState meter) =>
        new(from.At, from.At, until, meter.Terms.PriceUnit) { FromEntry = from.Entry, SinceEntry = from.Entry };

    private static ImmutableArray<EndlessSpan> Add(ImmutableArray<EndlessSpan> spans, EndlessSpan span) =>
        spans.Length < MaxCount ? spans.Add(span) : [.. spans.AsSpan()[1..], span];

    // Behind all that was counted so far.
    private static LedgerPlace Next(Change change) => new(change.Now, change.State.Sequence + 1);

    // A period that ends by time ends before all that happens at that instant; a reset or a change of the unit comes after what was
    // counted by then.
    private static LedgerPlace PlaceOf(FeaturePeriod period) =>
        new(period.Period.End!.Value, period.Reset || period.IsPart ? period.Sequence : 0);

    private static DateTimeOffset StartOfDay(DateTimeOffset at) => new(at.UtcDateTime.Date, TimeSpan.Zero);
}
