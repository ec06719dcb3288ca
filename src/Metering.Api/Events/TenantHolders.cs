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
            covered = holder.HeldFrom ?? covered;
        }

        return kept.Count == 0 ? null : new TenantHolders(kept.ToImmutable());
    }

    /// <summary>
    /// The licenses for an event of a time: those that had the metric then, oldest license first; then the others, by when they first had
    /// it. The list ends with the first one that has it now.
    /// </summary>
    /// <param name="time">When the event happened.</param>
    /// <param name="most">Most licenses.</param>
    public ImmutableArray<string> At(DateTimeOffset time, int most)
    {
        // Turned round on purpose: a span that lasts has no end, and any comparison with none is false.
        bool Had(MetricHolder holder) => holder.Spans.Any(span => span.From <= time && !(span.Until <= time));
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

    /// <summary>
    /// The licenses that may have counted an event without a time when it came before: it went to the oldest one that had the metric then,
    /// and which one that was may have changed since.
    /// </summary>
    /// <param name="chosen">The licenses to which it goes now.</param>
    /// <param name="since">From when on events are remembered.</param>
    /// <param name="now">Now.</param>
    /// <param name="most">Most licenses.</param>
    public ImmutableArray<string> MayHaveCounted(ImmutableArray<string> chosen, DateTimeOffset since, DateTimeOffset now, int most)
    {
        var asked = ImmutableArray.CreateBuilder<string>();
        var until = now;
        foreach (var holder in _holders)
        {
            if (holder.LicenseId == chosen[^1])
            {
                // From when on it has the metric, no event has come to a younger one.
                until = holder.HasNow ? holder.Spans[^1].From : now;
            }
            else if (asked.Count < most && !chosen.Contains(holder.LicenseId)
                && holder.Spans.Any(span => span.From <= until && since <= until && !(span.Until <= since)))
            {
                asked.Add(holder.LicenseId);
            }
        }

        return asked.ToImmutable();
    }
}
