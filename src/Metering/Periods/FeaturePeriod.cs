using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// What a bill says of one period of one feature: what was included, what was used, what it cost and how. A period leaves the license's
/// state with this as its record, once nothing can change it any more.
/// </summary>
/// <remarks>
/// A period has a record where an entry closed it, or where something was used in it: of the periods that nobody looked at and that were
/// passed in one step there is none.
/// </remarks>
public sealed record FeaturePeriod
{
    /// <summary>Code of the feature that was used.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>From when until when; the end is no part of it. Only an open one may have no end.</summary>
    public required Period Period { get; init; }

    /// <summary>Whether it can still change; a stored record can't.</summary>
    public PeriodStatus Status { get; init; }

    /// <summary>Whether an operator's reset ended it, and not its time.</summary>
    public bool Reset { get; init; }

    /// <summary>
    /// Whether it is a part of a period whose prices changed their unit: what the period had cost by then, in the old unit. It has no use,
    /// because the period goes on with all of it.
    /// </summary>
    public bool IsPart { get; init; }

    /// <summary>Number of the entry that closed it; 0: none has yet, or it was passed and only late use counted in it.</summary>
    /// <remarks>A read closes periods on a copy, before any entry does. What must say the same each time leaves this out.</remarks>
    public long Sequence { get; init; }

    /// <summary>The plan whose terms were in effect at its end; null: they were assigned to the license.</summary>
    public string? PlanId { get; init; }

    /// <summary>Units that the terms gave at its end; null: unlimited.</summary>
    public decimal? Limit { get; init; }

    /// <summary>
    /// Units beyond <see cref="Limit"/> that the terms had covered when they were changed to give less: they stay covered. Zero too in
    /// records of before this was kept.
    /// </summary>
    public decimal StillCovered { get; init; }

    /// <summary>Units that the period before left over for this one.</summary>
    public decimal RolledIn { get; init; }

    /// <summary>All that could be used: limit, active grants and what rolled over, at its end; null: unlimited.</summary>
    public decimal? Allowance { get; init; }

    /// <summary>Use of the period; for a standing level (gauge, up_down), the level at its end.</summary>
    public decimal Used { get; init; }

    /// <summary>The part of <see cref="Used"/> that nothing covered.</summary>
    public decimal Overage { get; init; }

    /// <summary>What it cost, in <see cref="PriceUnit"/>.</summary>
    public decimal Cost { get; init; }

    /// <summary>Unit of the prices at its end; null: it had none.</summary>
    public string? PriceUnit { get; init; }

    /// <summary>The cost by tier; null: nothing was priced.</summary>
    public Charges? Charges { get; init; }

    /// <summary>What its use drew from a balance in <see cref="PriceUnit"/>; see <see cref="PricedUse"/>.</summary>
    public decimal CreditDrawn { get; init; }

    /// <summary>What was left in the balance after the last use that drew on it; null: none did.</summary>
    public decimal? CreditLeft { get; init; }

    /// <summary>Grants that covered use, those that were over by its end first.</summary>
    public ImmutableArray<PeriodGrant> Grants { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>
    /// Whether a clock that was set back took it back: what was counted in it counts in the period that is open again
    /// (<see cref="RepairClock"/>). What an operator's reset ended stays ended, and what was charged in another unit stays apart.
    /// </summary>
    /// <param name="setBackTo">To when the clock was set back, UTC.</param>
    public bool IsTakenBack(DateTimeOffset setBackTo) => !Reset && !IsPart && Period.End > setBackTo;

    /// <summary>The order in which periods are told: by end (open ones last), feature and start.</summary>
    public static int Compare(FeaturePeriod one, FeaturePeriod other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var byEnd = (one.Period.End ?? DateTimeOffset.MaxValue).CompareTo(other.Period.End ?? DateTimeOffset.MaxValue);
        var byFeature = byEnd != 0 ? byEnd : string.CompareOrdinal(one.FeatureCode, other.FeatureCode);
        var byStart = byFeature != 0 ? byFeature : one.Period.Start.CompareTo(other.Period.Start);
        return byStart != 0 ? byStart : one.Sequence.CompareTo(other.Sequence);
    }

    /// <summary>Whether anything was charged for it, or drawn from a balance.</summary>
    internal bool IsCharged => Cost != 0 || CreditDrawn != 0;

    /// <summary>What it cost, as a part: without its use.</summary>
    internal FeaturePeriod ToPart() => new()
    {
        FeatureCode = FeatureCode,
        Period = Period,
        IsPart = true,
        Sequence = Sequence,
        PlanId = PlanId,
        Cost = Cost,
        PriceUnit = PriceUnit,
        Charges = Charges,
        CreditDrawn = CreditDrawn,
        CreditLeft = CreditLeft,
    };

    /// <summary>What a meter's open period has cost, as a part that ends now.</summary>
    /// <param name="meter">The meter, with the terms by which it was charged.</param>
    /// <param name="now">Now, UTC.</param>
    /// <param name="sequence">Number of the entry that changes the unit.</param>
    internal static FeaturePeriod PartOf(MeterState meter, DateTimeOffset now, long sequence) => (Of(meter) with
    {
        // From when its use counts: by that a bill by days knows what it has taken over (EndlessSpan).
        Period = new Period(MeterPast.Of(meter).CountsFrom ?? meter.Period.Start, now),
        Sequence = sequence,
    }).ToPart();

    /// <summary>A closed period of a meter that keeps the terms under which it was closed.</summary>
    internal static FeaturePeriod Of(MeterState meter, ClosedPeriod closed)
    {
        var terms = MeterPast.TermsOf(meter, closed);
        return new FeaturePeriod
        {
            FeatureCode = meter.Feature.Code,
            Period = closed.Period,
            Reset = closed.Reset,
            Sequence = closed.Sequence,
            PlanId = closed.PlanId,
            Limit = terms.Limit,
            StillCovered = closed.StillCovered,
            RolledIn = closed.RolledIn,
            Allowance = closed.Allowance,
            Used = closed.Used,
            Overage = closed.Overage,
            Cost = closed.Cost,
            PriceUnit = terms.PriceUnit,
            Charges = closed.Priced?.Charges,
            CreditDrawn = closed.Priced?.CreditDrawn ?? 0,
            CreditLeft = closed.Priced?.CreditLeft,
            Grants = closed.Grants,
        };
    }

    /// <summary>A meter's open period, as it stands.</summary>
    internal static FeaturePeriod Of(MeterState meter) => new()
    {
        FeatureCode = meter.Feature.Code,
        Period = meter.Period,
        Status = PeriodStatus.Open,
        PlanId = meter.PlanId,
        Limit = meter.Terms.Limit,
        StillCovered = Metering.Allowance.StillCovered(meter),
        RolledIn = meter.Rollover,
        Allowance = Metering.Allowance.Total(meter),
        Used = meter.Used,
        Overage = meter.Overage,
        Cost = meter.Cost,
        PriceUnit = meter.Terms.PriceUnit,
        Charges = meter.Priced?.Charges,
        CreditDrawn = meter.Priced?.CreditDrawn ?? 0,
        CreditLeft = meter.Priced?.CreditLeft,
        Grants = PeriodLines.GrantsOf(meter, MeterLimits.PeriodGrants),
    };
}
