using System.Collections.Immutable;

namespace Metering;

/// <summary>A time during which a license had a feature.</summary>
/// <param name="From">From when on, UTC.</param>
/// <param name="Until">Until when, exclusive, UTC; null: it has the feature now.</param>
public sealed record FeatureSpan(DateTimeOffset From, DateTimeOffset? Until)
{
    /// <summary>Most spans that are kept of one feature; beyond that the two oldest become one.</summary>
    public const int MaxCount = 10;

    /// <summary>Whether a time lies in the span.</summary>
    // Written with a negation because an open span has no end, and a comparison with null is false.
    public bool Contains(DateTimeOffset time) => From <= time && !(Until <= time);

    /// <summary>The spans with a new one that begins now; the same ones where one is open.</summary>
    internal static ImmutableArray<FeatureSpan> Begin(ImmutableArray<FeatureSpan> spans, DateTimeOffset now)
    {
        // The license has it already: other terms begin no new span.
        if (!spans.IsEmpty && spans[^1].Until is null)
        {
            return spans;
        }

        spans = spans.Add(new FeatureSpan(now, null));

        // Joined and not dropped: late use from then still finds that the license had the feature, at worst for the gap between the two
        // as well.
        return spans.Length <= MaxCount ? spans : [new FeatureSpan(spans[0].From, spans[1].Until), .. spans.AsSpan()[2..]];
    }

    /// <summary>The spans with the open one ended now.</summary>
    internal static ImmutableArray<FeatureSpan> End(ImmutableArray<FeatureSpan> spans, DateTimeOffset now) =>
        spans.IsEmpty || spans[^1].Until is not null ? spans : spans.SetItem(spans.Length - 1, spans[^1] with { Until = now });
}
