using System.Collections.Immutable;

namespace Metering;

/// <summary>Use that is spent, as calls or messages are: it adds up over a period, uses grants up, and is charged unit by unit.</summary>
internal abstract class SpentUse : Metric
{
    public sealed override bool IsStandingLevel => false;

    public sealed override bool EndsWithPeriod => true;

    public sealed override bool SpendsGrants => true;

    public sealed override bool IsRefunded => true;

    public sealed override MeterState Add(MeterState meter, decimal delta) =>
        delta >= 0 ? BurnOrder.Burn(meter, delta) : BurnOrder.Unburn(meter, -delta);

    // What was over when it happened stays over: the ledger does not change what it has said.
    public sealed override MeterState CoverAnew(MeterState meter) => meter;

    public sealed override GrantState Vacate(GrantState grant) => grant;

    public sealed override GrantState EnterPeriod(GrantState grant) => grant.ForgetUse();

    public sealed override Stretch Unpriced(MeterState meter, Stretch stretch) => stretch;

    // Each unit is charged as it is used, so there is no mark to keep.
    public sealed override decimal PricedTo(MeterState meter, Stretch stretch) => 0;

    public sealed override ImmutableArray<DayRollup> MoveDays(MeterState meter, DateTimeOffset at, decimal delta) => meter.Days;

    public sealed override decimal ValueOnDay(ImmutableArray<DayRollup> days, DateOnly day, decimal used, decimal delta) => delta;
}
