namespace Metering;

/// <summary>What use costs (rule 7): an amount that spans tiers is split at their boundaries.</summary>
internal static class Pricing
{
    /// <summary>Digits after the point that a cost is rounded to, half to even.</summary>
    private const int CostDigits = Amount.MaxFractionDigits;

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
            if (i >= entered)
            {
                cost += tiers[i].Tier.BasePrice;
                entered = i + 1;
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

        return new Price(-Round(refund), meter.TiersEntered, to);
    }

    /// <summary>How many tiers a use has entered.</summary>
    public static int Entered(TierTable tiers, decimal use)
    {
        var count = 0;
        while (count < tiers.Count && tiers[count].From < use)
        {
            count++;
        }

        return count;
    }

    private static decimal Part(TierTable tiers, int index, decimal from, decimal to)
    {
        var low = Math.Max(from, tiers[index].From);
        var high = index + 1 < tiers.Count ? Math.Min(to, tiers[index + 1].From) : to;
        return high > low ? (high - low) * tiers[index].Tier.UnitPrice : 0;
    }

    private static decimal Round(decimal cost) => Math.Round(cost, CostDigits, MidpointRounding.ToEven);
}

/// <summary>A price, and what of the period is priced with it.</summary>
/// <param name="Cost">The cost; below zero for a refund.</param>
/// <param name="TiersEntered">Tiers whose base price has been charged.</param>
/// <param name="PricedTo">Use up to which the period is priced.</param>
internal readonly record struct Price(decimal Cost, int TiersEntered, decimal PricedTo);
