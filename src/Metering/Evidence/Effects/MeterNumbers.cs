namespace Metering;

/// <summary>
/// What entries change of a meter by their own numbers. A use is taken to be covered by the limit as far as it is no overage; where grants or
/// rollover cover it too, the effect says so.
/// </summary>
internal readonly record struct MeterNumbers(decimal Used, decimal LimitUsed, decimal Overage, decimal Cost, bool Suspended)
{
    public static MeterNumbers Of(MeterState meter) => new(meter.Used, meter.LimitUsed, meter.Overage, meter.Cost, meter.Suspended);

    /// <summary>The numbers after an entry of the meter's feature.</summary>
    public MeterNumbers After(LedgerEntry entry) => entry.IsOfClosedPeriod ? this : EntryEffects.Of(entry.Kind) switch
    {
        EntryEffect.Count or EntryEffect.Correct => this with
        {
            Used = Used + entry.Amount,
            LimitUsed = LimitUsed + entry.Amount - entry.Overage,
            Overage = Overage + entry.Overage,
            Cost = Cost + entry.Cost,
        },
        EntryEffect.EndPeriod or EntryEffect.Reset => this with { Used = Used + entry.Amount, LimitUsed = 0, Overage = 0, Cost = 0 },
        EntryEffect.Move => this with { Used = Used + entry.Amount },
        EntryEffect.Suspend => this with { Suspended = true },
        EntryEffect.Resume => this with { Suspended = false },
        _ => this,
    };

    public MeterState On(MeterState meter) => this == Of(meter) ? meter : meter with
    {
        Used = Used,
        LimitUsed = LimitUsed,
        Overage = Overage,
        Cost = Cost,
        Suspended = Suspended,
    };
}
