namespace Metering;

/// <summary>
/// The tiers of a meter with their starts as amounts, in rising order: the line on which every unit of use has its place, see
/// <see cref="Stretch"/>. A tier covers what lies beyond its start (rule 6).
/// </summary>
internal readonly struct TierTable
{
    // What lies below the first tier that the terms give: nothing to say there, and nothing to refuse.
    private static readonly Tier Base = new() { Level = Level.Normal, Policy = Policy.NotifyOnly };
    private readonly ResolvedTier[] tiers;

    private TierTable(ResolvedTier[] tiers) => this.tiers = tiers;

    public int Count => tiers.Length;

    public ResolvedTier this[int index] => tiers[index];

    public static TierTable For(MeterState meter) => For(meter.Terms, Allowance.Total(meter));

    /// <summary>The tiers of terms for an allowance; null: unlimited.</summary>
    public static TierTable For(Terms terms, decimal? allowance)
    {
        // Nearly every use meets the terms and the allowance of the use before it: the last table is kept with the terms.
        if (terms.LastTiers is { } known && ReferenceEquals(known.Terms, terms) && known.Allowance == allowance)
        {
            return known.Tiers;
        }

        var tiers = Resolve(terms, allowance);
        terms.LastTiers = new KnownTiers(terms, allowance, tiers);
        return tiers;
    }

    /// <summary>The tier in which a place lies.</summary>
    public ResolvedTier At(decimal place)
    {
        var found = tiers[0];

        // Less, not equal: with a tier from 100 the 100th unit still lies before it (rule 6).
        for (var i = 1; i < tiers.Length && tiers[i].From < place; i++)
        {
            found = tiers[i];
        }

        return found;
    }

    /// <summary>Where a tier ends; null for the last.</summary>
    public decimal? EndOf(int index) => index + 1 < tiers.Length ? tiers[index + 1].From : null;

    /// <summary>How many units of a stretch lie in a tier.</summary>
    public decimal Units(int index, Stretch stretch) =>
        Units(index, stretch.From, stretch.From + stretch.Covered) + Units(index, stretch.OverFrom, stretch.OverFrom + stretch.Over);

    /// <summary>The first rate that use meets from a place on; null when there is none.</summary>
    public Rate? NextRate(decimal place)
    {
        for (var i = 0; i < tiers.Length; i++)
        {
            if (tiers[i].Tier.Rule.RateOf(tiers[i].Tier) is { } rate && !(EndOf(i) <= Math.Max(place, tiers[i].From)))
            {
                return rate;
            }
        }

        return null;
    }

    /// <summary>
    /// The highest place that the tiers' policies let use reach from <paramref name="position"/>; null when none of them refuses.
    /// </summary>
    public decimal? Reach(decimal position)
    {
        for (var i = 0; i < tiers.Length; i++)
        {
            // A tier that ends before, or where it begins, has no unit to refuse.
            var end = EndOf(i);
            if (end <= position || end == tiers[i].From)
            {
                continue;
            }

            if (tiers[i].Tier.Rule.Reach(tiers[i]) is { } reach && !(end <= reach))
            {
                return reach;
            }
        }

        return null;
    }

    private static TierTable Resolve(Terms terms, decimal? allowance)
    {
        var given = terms.Tiers;
        if (given.Length == 0)
        {
            return new(allowance is { } limit ? [new(0, Base, 0), Over(terms, limit)] : [new(0, Base, 0)]);
        }

        var resolved = new List<ResolvedTier>(given.Length + 2);
        for (var i = 0; i < given.Length; i++)
        {
            // A percentage of no limit is never reached.
            if (given[i].From.Resolve(allowance) is { } from)
            {
                resolved.Add(new(from, given[i], 1 << i));
            }
        }

        // Where the allowance is nothing, every percentage of it is; still nothing lies beyond them before something was used.
        if (resolved.TrueForAll(tier => tier.Tier.From.Value > 0))
        {
            resolved.Insert(0, new(0, Base, 0));
        }

        if (allowance is { } over && !SpeaksOfTheLimit(terms))
        {
            resolved.Add(Over(terms, over));
        }

        // A stable order: where two tiers start at the same place, the one given later counts. They are few, and nearly always in order.
        for (var i = 1; i < resolved.Count; i++)
        {
            for (var at = i; at > 0 && resolved[at - 1].From > resolved[at].From; at--)
            {
                (resolved[at - 1], resolved[at]) = (resolved[at], resolved[at - 1]);
            }
        }

        return new([.. resolved]);
    }

    private decimal Units(int index, decimal from, decimal to) =>
        Math.Max(0, Math.Min(to, EndOf(index) ?? to) - Math.Max(from, tiers[index].From));

    // Terms may give tiers only to warn on the way. The limit still holds then, unless one of them says what lies beyond it.
    private static bool SpeaksOfTheLimit(Terms terms)
    {
        foreach (var tier in terms.Tiers)
        {
            if (tier.Level == Level.OverUsage || (tier.From.IsPercent ? tier.From.Value >= 100 : tier.From.Value >= terms.Limit))
            {
                return true;
            }
        }

        return false;
    }

    private static ResolvedTier Over(Terms terms, decimal end) =>
        new(end, new Tier { From = new Threshold(100, true), Level = Level.OverUsage, Policy = terms.OverLimit }, 0);
}

/// <summary>A tier and the place beyond which it applies.</summary>
/// <param name="From">The place beyond which it applies.</param>
/// <param name="Tier">The tier.</param>
/// <param name="Bit">Its bit in <see cref="MeterState.TiersEntered"/>; 0 for a tier that the terms don't give, which has no price.</param>
internal readonly record struct ResolvedTier(decimal From, Tier Tier, int Bit);

/// <summary>The tiers of terms for one allowance, worked out. It never changes, so that threads may share it.</summary>
/// <param name="Terms">Whose they are: a copy of terms takes this along and may be of other terms.</param>
/// <param name="Allowance">For which allowance; null: unlimited.</param>
/// <param name="Tiers">The tiers.</param>
internal sealed record KnownTiers(Terms Terms, decimal? Allowance, TierTable Tiers);
