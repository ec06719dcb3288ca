using System.Collections.Immutable;

namespace Metering.Api;

/// <summary>The licenses of a tenant that have or had a metric, as far as an event can come to them, oldest first.</summary>
internal sealed class TenantHolders
{
    private readonly ImmutableArray<MetricHolder> _holders;

    private TenantHolders(ImmutableArray<MetricHolder> holders)
    {
        _holders = holders;
        // It takes what happened before it had the metric too, as nobody had it then. So the time need not be looked at.
        Only = holders is [{ HasNow: true } only] ? [only.LicenseId] : default;
    }

    /// <summary>The license that takes every event, whenever it happened; not set when the time decides.</summary>
    public ImmutableArray<string> Only { get; }

    /// <summary>What a look-up gave; null when it gave nothing.</summary>
    public static TenantHolders? Of(IReadOnlyList<MetricHolder> holders)
    {
        var kept = ImmutableArray.CreateBuilder<MetricHolder>();
        DateTimeOffset? covered = null;
        foreach (var holder in holders.Where(holder => !holder.Spans.IsEmpty))
        {
            // An older license has had the metric ever since before this one got it: no event comes here. So thousands of licenses are one
            // in memory.
            if (covered <= holder.Spans[0].From)
            {
                continue;
            }

            kept.Add(holder);
            if (holder is { HasNow: true, Spans.Length: 1 })
            {
                covered = holder.Spans[0].From;
            }
        }

        return kept.Count == 0 ? null : new TenantHolders(kept.ToImmutable());
    }

    /// <summary>
    /// The licenses for an event of a time: those that had the metric then, oldest license first; then the others, by when they first had
    /// it. The list ends with the first one that has it now.
    /// </summary>
    /// <param name="time">When the event happened.</param>
    /// <param name="after">For how long after its end a license still counts as having had the metric.</param>
    /// <param name="most">Most licenses.</param>
    public ImmutableArray<string> At(DateTimeOffset time, TimeSpan after, int most)
    {
        // Turned round on purpose: a span that lasts has no end, and any comparison with none is false.
        bool Had(MetricHolder holder) => holder.Spans.Any(span => span.From <= time && !(span.Until + after <= time));
        var chosen = ImmutableArray.CreateBuilder<string>(1);
        foreach (var holder in
            _holders.Where(Had).Concat(_holders.Where(holder => !Had(holder)).OrderBy(holder => holder.Spans[0].From)).Take(most))
        {
            chosen.Add(holder.LicenseId);
            // It counts whatever comes to it, so nobody after it is ever asked.
            if (holder.HasNow)
            {
                break;
            }
        }

        return chosen.ToImmutable();
    }
}
