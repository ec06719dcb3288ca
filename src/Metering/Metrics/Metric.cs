using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// What a metric type means: how a value that is given becomes a change of use, and what a hold, a grant, a price, a period's end, a reset
/// and late use do with that use. Each type is one file; the rules of the other folders ask it, and know no type by name.
/// </summary>
/// <remarks>
/// There are two kinds of use. What a counter or a total adds up is spent (<see cref="SpentUse"/>): it begins at zero with each period.
/// A gauge or an up_down is a standing level (<see cref="StandingLevel"/>): it says how much is in use now, through all periods.
/// </remarks>
internal abstract class Metric
{
    /// <summary>Whether values come with a key, each key a source with readings of its own.</summary>
    public virtual bool HasKeys => false;

    /// <summary>
    /// Whether a part of what was asked for can be taken (rule 4): of a delta that only adds, not of a reading, which is what it is.
    /// </summary>
    public virtual bool CanBeCut => false;

    /// <summary>Whether what is given is a reading, which replaces the one before, and not an amount that is added.</summary>
    public virtual bool TakesReadings => false;

    /// <summary>Whether a part of the allowance can be set aside for it: only where all use to come is a sum of deltas.</summary>
    public virtual bool CanBeHeld => false;

    /// <summary>Whether an operator may take use away. A gauge would be back at its next reading.</summary>
    public virtual bool CanBeDecremented => true;

    /// <summary>Whether use says how much is in use now, and days are told by the level at which they stood.</summary>
    public abstract bool IsStandingLevel { get; }

    /// <summary>
    /// Whether use ends with its period: the next one begins at zero, and late use counts in the period in which it happened.
    /// </summary>
    public abstract bool EndsWithPeriod { get; }

    /// <summary>Whether use spends grants for good. Otherwise it occupies them, and what it leaves may be used again.</summary>
    public abstract bool SpendsGrants { get; }

    /// <summary>Whether a correction gives the price of what it takes away back (rule 7).</summary>
    public abstract bool IsRefunded { get; }

    /// <summary>Works out what a use adds, and keeps the reading where it is one.</summary>
    /// <param name="change">The license.</param>
    /// <param name="meter">The meter, brought to now.</param>
    /// <param name="use">The use.</param>
    /// <param name="at">When it happened, UTC.</param>
    /// <param name="name">A name for people, kept with a keyed reading.</param>
    public Step Take(Change change, MeterState meter, Use use, DateTimeOffset at, string? name = null)
    {
        if (use.Key is not null && !HasKeys)
        {
            return Step.Wrong("/key", "only the readings of a gauge or a total have keys");
        }

        // A wrong value is told as such, also where the reading would be ignored.
        if (Fault(use.Given) is { } fault)
        {
            return Step.Wrong("/amount", fault);
        }

        // What was removed stays removed (rule 10), so this comes before the reading can bring it back.
        return Removals.Reason(meter, use.Key, at) is { } gone
            ? new Step(meter, 0) { Ignored = gone }
            : Read(change, meter, use, at, name);
    }

    /// <summary>What a check asks for that names no amount: one more, or what was read last.</summary>
    public virtual decimal AskedByDefault(MeterState meter, string? key) => 1;

    /// <summary>A copy of the meter with use changed, and the change covered by the allowance (rule 5).</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="delta">What the use adds; below zero: takes away.</param>
    public abstract MeterState Add(MeterState meter, decimal delta);

    /// <summary>
    /// The meter after limit or grants have changed: covered anew where use occupies them; what was spent stays as it was decided.
    /// </summary>
    public abstract MeterState CoverAnew(MeterState meter);

    /// <summary>A grant as use leaves it that does not stay with a grant which ends or is given anew.</summary>
    public abstract GrantState Vacate(GrantState grant);

    /// <summary>A grant at the end of a period: what of it was spent in the period is history, what is occupied is still.</summary>
    public abstract GrantState EnterPeriod(GrantState grant);

    /// <summary>The part of a stretch of use that the period has not been charged for.</summary>
    public abstract Stretch Unpriced(MeterState meter, Stretch stretch);

    /// <summary>Up to which place the period is priced once a stretch of use was charged; see <see cref="MeterState.PricedTo"/>.</summary>
    public abstract decimal PricedTo(MeterState meter, Stretch stretch);

    /// <summary>
    /// The meter's days moved by a change of use, where they are told by the level (<see cref="DayRollup.UnitSeconds"/>).
    /// </summary>
    /// <param name="meter">The meter after the change.</param>
    /// <param name="at">When the change counts, UTC.</param>
    /// <param name="delta">By how much use changed.</param>
    public abstract ImmutableArray<DayRollup> MoveDays(MeterState meter, DateTimeOffset at, decimal delta);

    /// <summary>The value of a change for the minimum, maximum and last of its day.</summary>
    /// <param name="days">The meter's days, moved.</param>
    /// <param name="day">The day, UTC.</param>
    /// <param name="used">Use after the change.</param>
    /// <param name="delta">By how much it changed.</param>
    public abstract decimal ValueOnDay(ImmutableArray<DayRollup> days, DateOnly day, decimal used, decimal delta);

    /// <summary>
    /// The meter after an operator's reset: what happened before it changes nothing any more (rule 10), or counts before it.
    /// </summary>
    /// <param name="meter">The meter at zero.</param>
    /// <param name="used">Its use before.</param>
    /// <param name="now">Now.</param>
    public abstract MeterState Reset(MeterState meter, decimal used, DateTimeOffset now);

    /// <summary>What is wrong with a value, for people; null when nothing is.</summary>
    protected abstract string? Fault(decimal given);

    /// <summary>What a use's value adds to use, with the reading kept where it is one.</summary>
    protected abstract Step Read(Change change, MeterState meter, Use use, DateTimeOffset at, string? name);
}
