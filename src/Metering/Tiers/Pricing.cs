using System.Collections.Immutable;

namespace Metering;

/// <summary>What use costs (rule 7): an amount that spans tiers is split at their boundaries.</summary>
internal static class Pricing
{
    /// <summary>Digits after the point that a cost is rounded to, half to even.</summary>
    private const int CostDigits = Amount.MaxFractionDigits;

    /// <summary>The highest cost that can be counted; one beyond it is refused before it is drawn.</summary>
    private const decimal MaxCost = Amount.MaxTotal;

    /// <summary>The price of raising use, with the base prices of tiers that it enters.</summary>
    /// <param name="meter">The meter, for what of the period is priced already.</param>
    /// <param name="tiers">Its tiers.</param>
    /// <param name="stretch">Where the units lie.</param>
    public static Price Rise(MeterState meter, TierTable tiers, Stretch stretch)
    {
        // The mark moves without a price too, so that a price which comes in mid-period is one for what is used from then on.
        var pricedTo = meter.Metric.PricedTo(meter, stretch);
        if (meter.Terms.PriceUnit is null)
        {
            return new Price(0, meter.TiersEntered, pricedTo);
        }

        var lines = ImmutableArray.CreateBuilder<TierCharge>(1);
        var (cost, entered) = Charge(meter, tiers, stretch, lines);
        return new Price(cost, entered, pricedTo) { Charges = Charges.Of(lines.DrainToImmutable()) };
    }

    /// <summary>
    /// What all that is held on a meter will cost: each hold priced after the other from where use stands. A base price is in it once,
    /// for as long as anything is held that reaches its tier.
    /// </summary>
    public static decimal OfHeld(MeterState meter) => OfHeld(meter, TierTable.For(meter));

    /// <summary>The same, where the meter's tiers are at hand; what is held does not move them.</summary>
    public static decimal OfHeld(MeterState meter, TierTable tiers) => meter.Terms.PriceUnit is null
        ? 0
        : Charge(meter, tiers, Stretch.Next(meter, meter.Held), lines: null).Cost;

    /// <summary>
    /// The credit that a further use takes: its price, and what it changes in the price of what is held, which it pushes into later tiers
    /// but spares a base price. So use and holds together never take more than the same use without holds.
    /// </summary>
    /// <param name="meter">The meter before the use; where something is held, a counter.</param>
    /// <param name="amount">Units.</param>
    /// <param name="price">The use's price.</param>
    public static decimal Need(MeterState meter, decimal amount, Price price) => meter.Held == 0
        ? price.Cost
        : price.Cost + OfHeld(BurnOrder.Burn(meter, amount) with { TiersEntered = price.TiersEntered }) - OfHeld(meter);

    /// <summary>
    /// What taking a counter's last units away gives back: their unit prices. A base price stays charged, and so does a standing level,
    /// which is priced at its peak.
    /// </summary>
    public static Price Fall(MeterState meter, TierTable tiers, decimal amount)
    {
        if (meter.Terms.PriceUnit is null || !meter.Metric.IsRefunded)
        {
            return new Price(0, meter.TiersEntered, meter.PricedTo);
        }

        // Where tiers have moved since, what is given back is still no more than what was charged for units.
        var most = Math.Max(0, meter.Priced?.Charges?.UnitCost ?? 0);
        var taken = Stretch.Last(meter, amount);
        var lines = ImmutableArray.CreateBuilder<TierCharge>(1);
        var (exact, refund) = (0m, 0m);
        for (var i = tiers.Count - 1; i >= 0; i--)
        {
            if (tiers.Units(i, taken) is > 0 and var units)
            {
                exact += Cost(units, tiers[i].Tier);
                var sum = Math.Min(Round(exact), most);
                lines.Add(Line(tiers[i].Tier, -units, refund - sum, 0));
                refund = sum;
            }
        }

        return new Price(-refund, meter.TiersEntered, meter.PricedTo) { Charges = Charges.Of(lines.DrainToImmutable()) };
    }

    /// <summary>The tiers in which use of the period lies.</summary>
    public static int Entered(MeterState meter, TierTable tiers)
    {
        var use = Stretch.Last(meter, meter.Used);
        var entered = 0;
        for (var i = 0; i < tiers.Count; i++)
        {
            entered |= tiers.Units(i, use) > 0 ? tiers[i].Bit : 0;
        }

        return entered;
    }

    /// <summary>
    /// Tiers that begin where one began whose base price was charged: that is done once a period, whatever the terms are, and also where
    /// use has fallen below it since.
    /// </summary>
    /// <param name="before">The meter before the terms were changed.</param>
    /// <param name="tiers">The tiers of the new terms.</param>
    public static int StillEntered(MeterState before, ImmutableArray<Tier> tiers)
    {
        var known = before.Terms.Tiers;
        var entered = 0;
        for (var i = 0; i < known.Length; i++)
        {
            if ((before.TiersEntered & (1 << i)) == 0 || known[i].BasePrice == 0)
            {
                continue;
            }

            for (var j = 0; j < tiers.Length; j++)
            {
                entered |= tiers[j].From == known[i].From ? 1 << j : 0;
            }
        }

        return entered;
    }

    /// <summary>The tiers whose base price is among charges of the period.</summary>
    public static int Charged(MeterState meter, Charges? charges, TierTable tiers)
    {
        var charged = 0;
        foreach (var line in charges?.Lines ?? [])
        {
            // Of charges that were folded into one nobody knows the tiers: then those in which use lies.
            charged |= line switch
            {
                { BasePrice: 0 } => 0,
                { From: null } => Entered(meter, tiers),
                _ => BitOf(line.From, tiers),
            };
        }

        return charged;
    }

    private static int BitOf(string from, TierTable tiers)
    {
        for (var i = 0; i < tiers.Count; i++)
        {
            if (tiers[i].Tier.From.ToString() == from)
            {
                return tiers[i].Bit;
            }
        }

        return 0;
    }

    // The cost is rounded once, whatever the tiers are; so each line gets what the rounded sum gains by it, and the lines come to the cost.
    private static (decimal Cost, int Entered) Charge(
        MeterState meter, TierTable tiers, Stretch stretch, ImmutableArray<TierCharge>.Builder? lines)
    {
        var unpriced = meter.Metric.Unpriced(meter, stretch);
        var entered = meter.TiersEntered;
        var (exact, cost) = (0m, 0m);
        for (var i = 0; i < tiers.Count; i++)
        {
            var (_, tier, bit) = tiers[i];
            var enters = (entered & bit) == 0 && tiers.Units(i, stretch) > 0;
            var units = tiers.Units(i, unpriced);
            if (units == 0 && !enters)
            {
                continue;
            }

            var entry = enters ? tier.BasePrice : 0;
            entered |= enters ? bit : 0;
            exact += Cost(units, tier) + entry;
            var sum = Round(exact);
            if (units > 0 || entry > 0)
            {
                lines?.Add(Line(tier, units, sum - cost - entry, entry));
            }

            cost = sum;
        }

        return (cost, entered);
    }

    // More than any balance holds is not worked out: it is refused whatever it is.
    private static decimal Cost(decimal units, Tier tier) =>
        tier.UnitPrice > 0 && units > MaxCost / tier.UnitPrice ? MaxCost + 1 : units * tier.UnitPrice;

    private static TierCharge Line(Tier tier, decimal units, decimal unitCost, decimal basePrice) =>
        new(tier.From.ToString(), tier.UnitPrice, units, unitCost, basePrice);

    private static decimal Round(decimal cost) => Math.Round(cost, CostDigits, MidpointRounding.ToEven);
}

/// <summary>A price, and what of the period is priced with it.</summary>
/// <param name="Cost">The cost; below zero for a refund.</param>
/// <param name="TiersEntered">Tiers whose base price has been charged, as <see cref="MeterState.TiersEntered"/>.</param>
/// <param name="PricedTo">Use up to which the period is priced.</param>
internal readonly record struct Price(decimal Cost, int TiersEntered, decimal PricedTo)
{
    /// <summary>How the cost comes about; null: nothing is priced.</summary>
    public Charges? Charges { get; init; }
}
