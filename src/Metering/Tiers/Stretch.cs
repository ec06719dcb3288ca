namespace Metering;

/// <summary>
/// Where an amount lies on the line of the tiers (rule 6). Use that the allowance covers fills the line from zero; overage goes on from
/// where the allowance ends. So every unit has one place, however use was cut into requests and whenever grants and limits came between:
/// where the allowance grows, recorded overage moves up with its end, and units that the larger allowance covers take the places below.
/// </summary>
/// <param name="From">Where the covered part begins.</param>
/// <param name="Covered">Units that the allowance covers; zero or more.</param>
/// <param name="OverFrom">Where the overage begins.</param>
/// <param name="Over">Units that are overage; zero or more.</param>
internal readonly record struct Stretch(decimal From, decimal Covered, decimal OverFrom, decimal Over)
{
    /// <summary>Where the last unit lies.</summary>
    public decimal End => Over > 0 ? OverFrom + Over : From + Covered;

    /// <summary>Where use stands: within the allowance as long as something of it is left, else beyond it by the overage.</summary>
    public static decimal PlaceOf(MeterState meter) => Allowance.Left(meter) > 0 ? meter.Used - meter.Overage : meter.Used;

    /// <summary>The next units of use, when they are counted now.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="amount">Units; below zero counts as none.</param>
    public static Stretch Next(MeterState meter, decimal amount) => After(meter, 0, amount);

    /// <summary>The next units beyond what open holds set aside: what is held counts as if it were used.</summary>
    public static Stretch AfterHolds(MeterState meter, decimal amount) => After(meter, meter.Held, amount);

    /// <summary>Units that a lease's use took without cover, whatever is left.</summary>
    public static Stretch Uncovered(MeterState meter, decimal amount) => Next(meter, 0) with { Covered = 0, Over = Math.Max(0, amount) };

    /// <summary>The last units of use, as a correction takes them away: overage first.</summary>
    public static Stretch Last(MeterState meter, decimal amount)
    {
        var next = Next(meter, 0);
        if (Allowance.Left(meter) is null)
        {
            return next with { From = next.From - amount, Covered = amount };
        }

        var over = Math.Min(amount, meter.Overage);
        return new(next.From - (amount - over), amount - over, next.OverFrom - over, over);
    }

    /// <summary>The part that lies beyond a place.</summary>
    public Stretch Beyond(decimal place)
    {
        var passed = Math.Clamp(place - From, 0, Covered);
        var passedOver = Math.Clamp(place - OverFrom, 0, Over);
        return new(From + passed, Covered - passed, OverFrom + passedOver, Over - passedOver);
    }

    private static Stretch After(MeterState meter, decimal held, decimal amount)
    {
        amount = Math.Max(0, amount);

        // Without a limit nothing lies beyond it, so what was overage before the limit was lifted counts as any other use.
        if (Allowance.Left(meter) is not { } left)
        {
            return new(meter.Used + held, amount, 0, 0);
        }

        // What is held takes its place first: of the allowance as far as it goes, and the rest of it among the overage.
        var covered = meter.Used - meter.Overage;
        var part = Math.Min(amount, Math.Max(0, left - held));
        return new(covered + Math.Min(held, left), part, covered + left + meter.Overage + Math.Max(0, held - left), amount - part);
    }
}
