namespace Metering;

/// <summary>What use costs (rule 7): an amount that spans tiers is split at their boundaries.</summary>
internal static class Pricing
{
    /// <summary>Digits after the point that a cost is rounded to, half to even.</summary>
    private const int CostDigits = Amount.MaxFractionDigits;

    /// <summary>The highest cost that can be counted; one beyond it is refused before it is drawn.</summary>
    private const decimal MostCost = Amount.MaxTotal;

    /// <summary>The price of raising use from one amount to another, with the base prices of tiers that it enters.</summary>
    /// <param name="meter">The meter, for what of the period is priced already.</param>
    /// <param name="tiers">Its tiers.</param>
    /// <param name="from">Use before.</param>
    /// <param name="to">Use after.</param>
    public static Price Rise(MeterState meter, TierTable tiers, decimal from, decimal to)
    {
        if (meter.Terms.PriceUnit is null || to <= from)
        {
            return new Price(0, meter.TiersEntered, Math.Max(meter.PricedTo, to));
        }

        var start = Math.Max(from, meter.PricedTo);
        decimal cost = 0;
        var entered = meter.TiersEntered;
        for (var i = 0; i < tiers.Count; i++)
        {
            if (tiers[i].From >= to)
            {
                break;
            }

            cost += Part(tiers, i, start, to);
            if (tiers.Touches(i, from, to) && (entered & tiers[i].Bit) == 0)
            {
                cost += tiers[i].Tier.BasePrice;
                entered |= tiers[i].Bit;
            }
        }

        return new Price(Round(cost), entered, Math.Max(meter.PricedTo, to));
    }

    /// <summary>What taking use away gives back: the unit prices of what is taken. A base price stays charged.</summary>
    public static Price Fall(MeterState meter, TierTable tiers, decimal to)
    {
        if (meter.Terms.PriceUnit is null || meter.PricedTo <= to)
        {
            return new Price(0, meter.TiersEntered, Math.Min(meter.PricedTo, Math.Max(to, 0)));
        }

        decimal refund = 0;
        for (var i = 0; i < tiers.Count; i++)
        {
            refund += Part(tiers, i, to, meter.PricedTo);
        }

        // Where tiers have moved since, what is given back is still no more than what was charged.
        return new Price(-Math.Min(Round(refund), Math.Max(0, meter.Cost)), meter.TiersEntered, to);
    }

    /// <summary>The tiers that a use has entered on its way from zero.</summary>
    public static int Entered(TierTable tiers, decimal use)
    {
        var entered = 0;
        for (var i = 0; i < tiers.Count; i++)
        {
            entered |= tiers[i].From < use ? tiers[i].Bit : 0;
        }

        return entered;
    }

    private static decimal Part(TierTable tiers, int index, decimal from, decimal to)
    {
        if (!tiers.Touches(index, from, to))
        {
            return 0;
        }

        var units = Math.Min(to, tiers.EndOf(index) ?? to) - Math.Max(from, tiers[index].From);
        var price = tiers[index].Tier.UnitPrice;

        // More than any balance holds is not worked out: it is refused whatever it is.
        return price > 0 && units > MostCost / price ? MostCost + 1 : units * price;
    }

    private static decimal Round(decimal cost) => Math.Round(cost, CostDigits, MidpointRounding.ToEven);
}

/// <summary>A price, and what of the period is priced with it.</summary>
/// <param name="Cost">The cost; below zero for a refund.</param>
/// <param name="TiersEntered">Tiers whose base price has been charged, as <see cref="MeterState.TiersEntered"/>.</param>
/// <param name="PricedTo">Use up to which the period is priced.</param>
internal readonly record struct Price(decimal Cost, int TiersEntered, decimal PricedTo);
