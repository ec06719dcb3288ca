using System.Collections.Immutable;

namespace Metering;

/// <summary>What a command changed of what is kept of a meter's past.</summary>
internal sealed record PastEffect
{
    /// <summary>Terms number and times, whole.</summary>
    public PastMarks? Marks { get; init; }

    /// <summary>How many of the oldest closed periods are no longer kept.</summary>
    public int Dropped { get; init; }

    /// <summary>Closed periods that are new or changed, by their place when the oldest are dropped.</summary>
    public ImmutableArray<PlacedPeriod>? Periods { get; init; }

    /// <summary>
    /// Records of parts that the command left, and of periods that it closed itself and that are no longer kept after it. Those that were
    /// kept before it follow from what is known of them.
    /// </summary>
    public ImmutableArray<FeaturePeriod>? Closed { get; init; }

    /// <summary>Former terms, whole.</summary>
    public ImmutableArray<FormerTerms>? FormerTerms { get; init; }

    /// <summary>Removed keys that are new or changed.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset>? Removed { get; init; }

    /// <summary>Removed keys that are no longer remembered, in order.</summary>
    public ImmutableArray<string>? Returned { get; init; }

    /// <summary>
    /// The past after an entry of the meter's feature by its own numbers: a period is closed, or use counts in one that was.
    /// </summary>
    /// <param name="past">The past.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="meter">The meter before it.</param>
    public static MeterPast After(MeterPast past, LedgerEntry entry, MeterState meter)
    {
        if (meter.Metric.IsStandingLevel || entry.Period is not { } period)
        {
            return past;
        }

        if (entry.IsOfClosedPeriod(meter))
        {
            return Counted(past, entry, period);
        }

        var closes = EntryEffects.Of(entry.Kind) is EntryEffect.EndPeriod or EntryEffect.Reset;

        // An empty period is not kept, as in ClosedPeriods.Keep.
        return !closes || period.Start == period.End ? past : past with
        {
            CountsFrom = null,
            BegunByReset = EntryEffects.Of(entry.Kind) == EntryEffect.Reset ? entry.Sequence : 0,
            Periods = past.Periods.Add(new ClosedPeriod
            {
                Period = period,
                CountsFrom = past.CountsFrom,
                Reset = EntryEffects.Of(entry.Kind) == EntryEffect.Reset,
                Sequence = entry.Sequence,
                Used = entry.Before,
                Overage = entry.Overage,
                Cost = entry.Cost,
                Priced = entry.Charges is null ? null : new PricedUse { Charges = entry.Charges },
                TermsNumber = past.TermsNumber,
            }),
        };
    }

    public static PastEffect? Between(
        MeterState before, MeterState after, ReadOnlySpan<LedgerEntry> entries, ReadOnlySpan<FeaturePeriod> closed)
    {
        var told = MeterPast.Of(before);
        foreach (var entry in entries)
        {
            told = entry.FeatureCode == after.Feature.Code ? After(told, entry, before) : told;
        }

        var now = MeterPast.Of(after);
        var records = RecordsOf(before, closed);
        if (ReferenceEquals(told, now) && records is null)
        {
            return null;
        }

        var marks = PastMarks.Of(now);
        var (dropped, periods) = PeriodsBetween(told.Periods, now.Periods);
        var (removed, returned) = RemovedBetween(told.Removed, now.Removed);
        var effect = new PastEffect
        {
            Marks = marks == PastMarks.Of(told) ? null : marks,
            Dropped = dropped,
            Periods = periods,
            Closed = records,
            FormerTerms = told.FormerTerms.AsSpan().SequenceEqual(now.FormerTerms.AsSpan()) ? null : now.FormerTerms,
            Removed = removed,
            Returned = returned,
        };
        return effect.IsNothing ? null : effect;
    }

    public MeterState On(MeterState meter)
    {
        var past = MeterPast.Of(meter);
        past = Marks?.On(past) ?? past;
        var periods = past.Periods.RemoveRange(0, Math.Min(Dropped, past.Periods.Length));
        foreach (var (place, period) in Periods ?? [])
        {
            periods = place < periods.Length ? periods.SetItem(place, period) : periods.Add(period);
        }

        var removed = (past.Removed ?? ImmutableDictionary<string, DateTimeOffset>.Empty)
            .RemoveRange(Returned ?? []).SetItems(Removed ?? ImmutableSortedDictionary<string, DateTimeOffset>.Empty);
        past = past with
        {
            Periods = periods,
            FormerTerms = FormerTerms ?? past.FormerTerms,
            Removed = removed.IsEmpty ? null : removed,
        };

        // None and empty are one here as in the state, or each would be told as a difference from the other.
        return meter with { Past = past.IsEmpty ? null : past };
    }

    // Late use takes what the period left, and the rest is the period's overage. Of a period in which nothing was used there is no entry,
    // and none may be known here yet; the effect tells it.
    private static MeterPast Counted(MeterPast past, LedgerEntry entry, Period period)
    {
        for (var i = 0; i < past.Periods.Length; i++)
        {
            var closed = past.Periods[i];
            if (closed.Period == period)
            {
                var counted = closed with
                {
                    Used = closed.Used + entry.Amount,
                    Overage = closed.Overage + entry.Overage,
                    Cost = closed.Cost + entry.Cost,
                    Priced = PricedUse.After(closed.Priced, entry),
                    Left = Math.Max(0, closed.Left - (entry.Amount - entry.Overage)),
                };
                return past with { Periods = past.Periods.SetItem(i, counted) };
            }
        }

        return past;
    }

    private bool IsNothing =>
        Marks is null && Dropped == 0 && Periods is null && Closed is null && FormerTerms is null && Removed is null && Returned is null;

    private static ImmutableArray<FeaturePeriod>? RecordsOf(MeterState before, ReadOnlySpan<FeaturePeriod> closed)
    {
        ImmutableArray<FeaturePeriod>.Builder? records = null;
        foreach (var record in closed)
        {
            if (record.FeatureCode == before.Feature.Code && (record.IsPart || !IsKept(before, record)))
            {
                (records ??= ImmutableArray.CreateBuilder<FeaturePeriod>()).Add(record);
            }
        }

        return records?.ToImmutable();
    }

    private static bool IsKept(MeterState meter, FeaturePeriod record)
    {
        foreach (var known in MeterPast.Of(meter).Periods)
        {
            if (known.Period == record.Period && known.Sequence == record.Sequence)
            {
                return true;
            }
        }

        return false;
    }

    // Periods leave from the oldest and come at the end; late use changes one of them.
    private static (int Dropped, ImmutableArray<PlacedPeriod>? Placed) PeriodsBetween(
        ImmutableArray<ClosedPeriod> told, ImmutableArray<ClosedPeriod> now)
    {
        var dropped = 0;
        while (dropped < told.Length && (now.IsEmpty || told[dropped].Period != now[0].Period))
        {
            dropped++;
        }

        // Some are gone from the end too, as after a repaired clock; then all that are left are told anew.
        if (told.Length - dropped > now.Length)
        {
            dropped = told.Length;
        }

        ImmutableArray<PlacedPeriod>.Builder? placed = null;
        for (var i = 0; i < now.Length; i++)
        {
            if (dropped + i >= told.Length || told[dropped + i] != now[i])
            {
                (placed ??= ImmutableArray.CreateBuilder<PlacedPeriod>()).Add(new PlacedPeriod(i, now[i]));
            }
        }

        return (dropped, placed?.ToImmutable());
    }

    private static (ImmutableSortedDictionary<string, DateTimeOffset>? Put, ImmutableArray<string>? Gone) RemovedBetween(
        ImmutableDictionary<string, DateTimeOffset>? told, ImmutableDictionary<string, DateTimeOffset>? now)
    {
        if (ReferenceEquals(told, now))
        {
            return (null, null);
        }

        told ??= ImmutableDictionary<string, DateTimeOffset>.Empty;
        now ??= ImmutableDictionary<string, DateTimeOffset>.Empty;
        var put = now
            .Where(one => !told.TryGetValue(one.Key, out var at) || at != one.Value)
            .ToImmutableSortedDictionary(StringComparer.Ordinal);
        var gone = told.Keys.Where(key => !now.ContainsKey(key)).Order(StringComparer.Ordinal).ToImmutableArray();
        return (put.IsEmpty ? null : put, gone.IsEmpty ? null : gone);
    }
}

/// <summary>A closed period and its place among those that are kept, from 0.</summary>
internal sealed record PlacedPeriod(int Place, ClosedPeriod Period);

/// <summary>
/// The times of a meter's past, and the number of its terms. Through when days are closed is not among them: rollups tell it.
/// </summary>
internal sealed record PastMarks
{
    public int TermsNumber { get; init; }

    public DateTimeOffset? CountsFrom { get; init; }

    public long BegunByReset { get; init; }

    public DateTimeOffset? ClosedThrough { get; init; }

    public DateTimeOffset? ResetAt { get; init; }

    public DateTimeOffset? RemovedThrough { get; init; }

    public static PastMarks Of(MeterPast past) => new()
    {
        TermsNumber = past.TermsNumber,
        CountsFrom = past.CountsFrom,
        BegunByReset = past.BegunByReset,
        ClosedThrough = past.ClosedThrough,
        ResetAt = past.ResetAt,
        RemovedThrough = past.RemovedThrough,
    };

    public MeterPast On(MeterPast past) => past with
    {
        TermsNumber = TermsNumber,
        CountsFrom = CountsFrom,
        BegunByReset = BegunByReset,
        ClosedThrough = ClosedThrough,
        ResetAt = ResetAt,
        RemovedThrough = RemovedThrough,
    };
}
