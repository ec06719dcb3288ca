namespace Metering;

/// <summary>The count of what was decided, with its price, its evidence and its signals.</summary>
internal static class UsageCount
{
    /// <summary>Prices what was recorded, in its own period; the refusal of a price beyond what can be counted, else null.</summary>
    public static Refusal? Price(Change change, MeterState meter, ClosedPeriod? closed, ref CountedUse counted)
    {
        var delta = counted.Delta;
        var price = closed is not null
            ? Lateness.Price(meter, closed, delta)
            : Pricing.Rise(meter, TierTable.For(meter), counted.Uncovered ? Stretch.Uncovered(meter, delta) : Stretch.Next(meter, delta));
        counted = counted with { Price = price };
        var terms = closed is null ? meter.Terms : MeterPast.TermsOf(meter, closed);
        return Credit.OutOfRange(change.State, terms.PriceUnit, closed?.Cost ?? meter.Cost, price.Cost);
    }

    /// <summary>Counts what was recorded, in its own period.</summary>
    public static Answer Count(Change change, MeterState meter, in CountedUse counted, ClosedPeriod? closed) => closed is null
        ? Count(change, meter, TierTable.For(meter), counted)
        : Lateness.Count(change, meter, closed, counted);

    /// <summary>Counts what was decided: burns the allowance, draws the cost, keeps the evidence, signals what was crossed.</summary>
    /// <param name="change">The license.</param>
    /// <param name="before">The meter, with what the use brings besides its count (a reading, the rate).</param>
    /// <param name="tiers">Its tiers.</param>
    /// <param name="counted">What to count.</param>
    public static UsageAnswer Count(Change change, MeterState before, TierTable tiers, in CountedUse counted)
    {
        var meter = counted.Uncovered
            ? before with { Used = before.Used + counted.Delta, Overage = before.Overage + counted.Delta }
            : before.Metric.Add(before, counted.Delta);
        var overage = meter.Overage - before.Overage;
        var price = counted.Price ?? new Price(0, before.TiersEntered, before.PricedTo);
        var user = Days.NameOf(counted.Use.UserId, meter, counted.At, change);

        // Drawn before the entry is made, which says what is left in the balance.
        var balance = Credit.Draw(change, meter, price.Cost);
        meter.Settle(
            Days.Count(meter, counted.At, counted.Delta, counted.Delta, overage, price.Cost, user),
            before.Cost + price.Cost,
            PeriodLines.Add(before.Priced, price, balance, change.State),
            price);
        meter = Days.Bound(meter, before, change);
        change.Log(counted.Entry(before.Used, meter.Used, meter.Period, overage, price, balance, user));
        if (meter.Terms.PriceUnit is { } priceUnit)
        {
            // What is available follows from the meter as the use leaves it.
            change.Put(meter);
            Credit.Signal(change, priceUnit);
        }

        // Use moves no tier: what was left is covered now, and the allowance is both together.
        meter = Levels.AfterUse(before, meter, change, tiers, overage > 0);
        change.Put(meter);
        return UsageAnswer.Of(change, meter, tiers, counted.Given, price.Cost);
    }

    /// <summary>The refusal of a use that would take the count out of its bounds; null when it would not.</summary>
    public static Refusal? OutOfRange(decimal used, decimal delta, bool strict)
    {
        if (used + delta > Amount.MaxTotal)
        {
            return Change.Invalid("/amount", "would take use beyond what a meter can count");
        }

        // Recorded use is not refused for it: its caller takes use to zero and no further.
        return strict && used + delta < 0 ? Change.Invalid("/amount", "would take use below zero") : null;
    }
}
