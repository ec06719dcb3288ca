using System.Collections.Immutable;

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

    /// <summary>Whether a period, by its end, is billed by days.</summary>
    public bool Has(DateTimeOffset periodEnd) => From < periodEnd && !(Until < periodEnd);

    /// <summary>
    /// Whether a part (<see cref="FeaturePeriod.IsPart"/>) is of what was taken over: it was charged before days were billed, in another
    /// unit than theirs may be, so it is billed by itself, and the days without it.
    /// </summary>
    public bool TookOver(FeaturePeriod part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return part.IsPart && part.Period.Start == From && part.Period.End <= Since;
    }

    /// <summary>The spans of a new meter.</summary>
    internal static ImmutableArray<EndlessSpan> Begin(MeterState? known, MeterState fresh, DateTimeOffset now)
    {
        var spans = End(known?.Endless ?? [], now);
        return fresh.Period.End is null && fresh.Feature.Kind == FeatureKind.Metered
            ? Add(spans, new EndlessSpan(StartOfDay(now), StartOfDay(now), null, fresh.Terms.PriceUnit))
            : spans;
    }

    /// <summary>The spans of a meter that was brought to other terms.</summary>
    internal static ImmutableArray<EndlessSpan> Change(MeterState before, MeterState after, DateTimeOffset now)
    {
        var spans = before.Endless;
        var (until, unit) = (after.Period.End, after.Terms.PriceUnit);
        if (spans.IsEmpty || spans[^1].Until <= now)
        {
            return until is not null || after.Feature.Kind != FeatureKind.Metered
                ? spans
                : Add(spans, new EndlessSpan(MeterPast.Of(before).CountsFrom ?? before.Period.Start, now, null, unit));
        }

        var last = spans[^1];
        if (last.PriceUnit == unit)
        {
            return last.Until == until ? spans : spans.SetItem(spans.Length - 1, last with { Until = until });
        }

        return Add(End(spans, now), new EndlessSpan(now, now, until, unit));
    }

    /// <summary>The spans after an operator's reset: a period that has an end begins with nothing that was taken over.</summary>
    internal static ImmutableArray<EndlessSpan> Reset(ImmutableArray<EndlessSpan> spans, DateTimeOffset now) =>
        !spans.IsEmpty && spans[^1].Until is not null ? End(spans, now) : spans;

    private static ImmutableArray<EndlessSpan> End(ImmutableArray<EndlessSpan> spans, DateTimeOffset now) =>
        spans.IsEmpty || spans[^1].Until <= now ? spans : spans.SetItem(spans.Length - 1, spans[^1] with { Until = now });

    private static ImmutableArray<EndlessSpan> Add(ImmutableArray<EndlessSpan> spans, EndlessSpan span) =>
        spans.Length < MaxCount ? spans.Add(span) : [.. spans.AsSpan()[1..], span];

    private static DateTimeOffset StartOfDay(DateTimeOffset at) => new(at.UtcDateTime.Date, TimeSpan.Zero);
}
