using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// What a period came to when it was closed (rule 3), and what late use needs to be counted as it would have been in time (rule 10):
/// what was left, where its tiers began, which of them were entered, under which terms.
/// </summary>
public sealed record ClosedPeriod
{
    /// <summary>From when until when; the end is no part of it.</summary>
    public required Period Period { get; init; }

    /// <summary>From when use counted in it, as <see cref="MeterPast.CountsFrom"/>; null: from its start.</summary>
    public DateTimeOffset? CountsFrom { get; init; }

    /// <summary>Use of the period.</summary>
    public decimal Used { get; init; }

    /// <summary>The part of <see cref="Used"/> that nothing covered.</summary>
    public decimal Overage { get; init; }

    /// <summary>What it cost.</summary>
    public decimal Cost { get; init; }

    /// <summary>What limit and rollover still covered and did not carry over: late use takes it before it is overage.</summary>
    public decimal Left { get; init; }

    /// <summary>Units beyond the limit that it had covered when it was larger; see <see cref="FeaturePeriod"/>.</summary>
    public decimal StillCovered { get; init; }

    /// <summary>The allowance at the close: where tiers given in percent began. Null when unlimited.</summary>
    public decimal? Allowance { get; init; }

    /// <summary>Tiers whose base price was charged, as <see cref="MeterState.TiersEntered"/>.</summary>
    public int TiersEntered { get; init; }

    /// <summary>Number of the terms that were in effect, as <see cref="MeterPast.TermsNumber"/>.</summary>
    public int TermsNumber { get; init; }

    /// <summary>Whether an operator's reset ended it, and not its time.</summary>
    public bool Reset { get; init; }

    /// <summary>Number of the entry that closed it; 0: none did, because it was passed with nothing used in it.</summary>
    public long Sequence { get; init; }

    /// <summary>As <see cref="MeterState.PlanId"/>, at its end.</summary>
    public string? PlanId { get; init; }

    /// <summary>What the period before left over for it.</summary>
    public decimal RolledIn { get; init; }

    /// <summary>How its cost came about; null: nothing was priced.</summary>
    public PricedUse? Priced { get; init; }

    /// <summary>Grants that covered its use.</summary>
    public ImmutableArray<PeriodGrant> Grants { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Whether a clock that was set back opens it again; see <see cref="FeaturePeriod.IsTakenBack"/>.</summary>
    internal bool IsTakenBack(DateTimeOffset setBackTo) => !Reset && Period.End > setBackTo;

    /// <summary>Whether it leaves a record behind: see <see cref="FeaturePeriod"/>.</summary>
    internal bool HasRecord => Sequence > 0 || Used != 0;

    /// <summary>Whether use of an instant counted in it.</summary>
    public bool Counts(DateTimeOffset instant) => instant >= (CountsFrom ?? Period.Start) && instant < Period.End;
}
