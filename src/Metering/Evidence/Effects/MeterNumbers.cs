namespace Metering;

/// <summary>
/// What entries change of a meter by their own numbers. A use is taken to be covered by the limit as far as it is no overage; where grants
/// or rollover cover it too, the effect says so.
/// </summary>
internal readonly record struct MeterNumbers(
    decimal Used, decimal LimitUsed, decimal Overage, decimal Cost, decimal PricedTo, bool Suspended, PricedUse? Priced)
{
    public static MeterNumbers Of(MeterState meter) =>
        new(meter.Used, meter.LimitUsed, meter.Overage, meter.Cost, meter.PricedTo, meter.Suspended, meter.Priced);

    /// <summary>The numbers after an entry of the meter's feature.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="meter">The meter before it.</param>
    public MeterNumbers After(LedgerEntry entry, MeterState meter) => EntryEffects.Of(entry.Kind) switch
    {
        _ when entry.IsOfClosedPeriod(meter) => this,
        EntryEffect.Count or EntryEffect.Correct => this with
        {
            Used = Used + entry.Amount,
            LimitUsed = LimitUsed + entry.Amount - entry.Overage,
            Overage = Overage + entry.Overage,
            Cost = Cost + entry.Cost,
            Priced = PricedUse.After(Priced, entry),
            PricedTo = entry.Amount > 0 && meter.Metric.IsStandingLevel ? Math.Max(PricedTo, Used + entry.Amount) : PricedTo,
        },
        // What a new period begins with is zero, but for a level that stands: the entry's amount says which. A suspension may go on.
        EntryEffect.EndPeriod or EntryEffect.Reset => new MeterNumbers { Used = Used + entry.Amount, Suspended = Suspended },
        EntryEffect.Move => this with { Used = Used + entry.Amount },
        EntryEffect.Suspend => this with { Suspended = true },
        EntryEffect.Resume => this with { Suspended = false },
        _ => this,
    };

    /// <summary>Whether a meter has these numbers. Spelled out, for it is asked of every consume.</summary>
    public bool Are(MeterState meter) =>
        Used == meter.Used && LimitUsed == meter.LimitUsed && Overage == meter.Overage && Cost == meter.Cost
        && PricedTo == meter.PricedTo && Suspended == meter.Suspended && Priced == meter.Priced;

    public MeterState On(MeterState meter) => Are(meter) ? meter : meter with
    {
        Used = Used,
        LimitUsed = LimitUsed,
        Overage = Overage,
        Cost = Cost,
        PricedTo = PricedTo,
        Suspended = Suspended,
        Priced = Priced,
    };
}
