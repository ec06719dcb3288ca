using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// A level that stands, as seats or cores do: one level through all periods, which occupies its allowance rather than spending it. When the
/// level, a grant or the limit changes, what covers it is worked out again.
/// </summary>
internal abstract class StandingLevel : Metric
{
    public sealed override bool IsStandingLevel => true;

    // The seats are still taken when a new period begins, so there is no closed period to which a late change could go back.
    public sealed override bool EndsWithPeriod => false;

    public sealed override bool SpendsGrants => false;

    // It is priced at the peak of the period: a level that falls and rises again is charged once, so its fall gives nothing back.
    public sealed override bool IsRefunded => false;

    public sealed override MeterState Add(MeterState meter, decimal delta) => BurnOrder.Recover(meter with { Used = meter.Used + delta });

    public sealed override MeterState CoverAnew(MeterState meter) => BurnOrder.Recover(meter);

    public sealed override GrantState Vacate(GrantState grant) => grant with { Used = grant.Used - grant.PeriodUsed, PeriodUsed = 0 };

    // Nothing of it is ever spent: a grant that ends or is given anew is vacated first.
    public sealed override GrantState EnterPeriod(GrantState grant) => grant;

    public sealed override Stretch Unpriced(MeterState meter, Stretch stretch) => stretch.Beyond(meter.PricedTo);

    public sealed override decimal PricedTo(MeterState meter, Stretch stretch) => Math.Max(meter.PricedTo, stretch.End);

    public sealed override ImmutableArray<DayRollup> MoveDays(MeterState meter, DateTimeOffset at, decimal delta) =>
        Days.Move(meter, at, delta);

    // A day's minimum, maximum and last are of the level at which it stood, not of what moved it.
    public sealed override decimal ValueOnDay(ImmutableArray<DayRollup> days, DateOnly day, decimal used, decimal delta) =>
        Days.LevelAfter(days, day, used);

    // The level fell to zero with the reset, so a change from before it no longer says anything of the level now.
    public sealed override MeterState Reset(MeterState meter, decimal used, DateTimeOffset now) =>
        Removals.Forget(meter with { Days = MoveDays(meter, now, -used) }, now) with { LastReading = null, Readings = null };
}
