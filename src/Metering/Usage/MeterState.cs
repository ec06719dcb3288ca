using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// The state of one feature on one license. For a metered feature, use of the period is what was covered (by the limit, by what
/// rolled over, by grants) and what nothing covered: <c>Used = LimitUsed + RolloverUsed + Σ grants' PeriodUsed + ForgottenUsed +
/// Overage</c>, grants that ended in the period included.
/// </summary>
public sealed record MeterState
{
    private static readonly MeterTerms NoTerms = new(null!, null!, null, null!);

    // In one reference, because a meter is copied with every use.
    private MeterTerms basis = NoTerms;
    private decimal cost;
    private PricedUse? priced;
    private int tiersEntered;
    private ImmutableArray<DayRollup> days = [];
    private Extras extras = Extras.None;

    /// <summary>On what terms the license has the feature: all that is set once for many uses.</summary>
    internal MeterTerms Basis
    {
        get => basis;
        init => basis = value;
    }

    /// <summary>The feature, as the catalog had it when the license got it.</summary>
    public required Feature Feature
    {
        get => basis.Feature;
        init => basis = ReferenceEquals(value, basis.Feature) ? basis : basis with { Feature = value };
    }

    /// <summary>What the metric type means for it.</summary>
    internal Metric Metric => MetricTypes.Of(Feature.Metric);

    /// <summary>The terms in effect.</summary>
    public required Terms Terms
    {
        get => basis.Terms;
        init => basis = ReferenceEquals(value, basis.Terms) ? basis : basis with { Terms = value };
    }

    /// <summary>Where the terms come from: a plan's id, or null when they were assigned to the license.</summary>
    public string? PlanId
    {
        get => basis.PlanId;
        init => basis = value == basis.PlanId ? basis : basis with { PlanId = value };
    }

    /// <summary>
    /// Whether the license has the feature now. What was counted stays when it is taken away, so that taking it away and giving it back
    /// resets nothing.
    /// </summary>
    // Only true is written: a stored meter that says nothing is one that was taken away (see MeteringJson).
    public bool Assigned { get; init; } = true;

    /// <summary>When the license had the feature, oldest first, bounded. All of them are over once the license is deleted.</summary>
    public ImmutableArray<FeatureSpan> Spans { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>When its use was billed by days, oldest first, bounded.</summary>
    public ImmutableArray<EndlessSpan> Endless
    {
        get => extras.Endless;
        init => extras = value == extras.Endless ? extras : extras with { Endless = value.IsDefault ? [] : value };
    }

    /// <summary>From what this meter's periods are counted.</summary>
    public required PeriodSchedule Schedule
    {
        get => basis.Schedule;
        init => basis = ReferenceEquals(value, basis.Schedule) ? basis : basis with { Schedule = value };
    }

    /// <summary>The period that is open.</summary>
    public required Period Period { get; init; }

    /// <summary>Use of the period; for a standing level (gauge, up_down), the level.</summary>
    public decimal Used { get; init; }

    /// <summary>The part of <see cref="Used"/> that the terms' limit covers.</summary>
    public decimal LimitUsed { get; init; }

    /// <summary>What the last period left over for this one.</summary>
    public decimal Rollover
    {
        get => extras.Rollover;
        init => extras = value == extras.Rollover ? extras : extras with { Rollover = value };
    }

    /// <summary>The part of <see cref="Used"/> that <see cref="Rollover"/> covers.</summary>
    public decimal RolloverUsed
    {
        get => extras.RolloverUsed;
        init => extras = value == extras.RolloverUsed ? extras : extras with { RolloverUsed = value };
    }

    /// <summary>The part of <see cref="Used"/> that nothing covers.</summary>
    public decimal Overage { get; init; }

    /// <summary>What open holds set aside whose time was not over when the license was last seen.</summary>
    public decimal Held
    {
        get => extras.Held;
        init => extras = value == extras.Held ? extras : extras with { Held = value };
    }

    /// <summary>What the period's use has cost, in the terms' price unit.</summary>
    public decimal Cost
    {
        get => cost;
        init => cost = value;
    }

    /// <summary>How <see cref="Cost"/> came about; null: nothing was priced.</summary>
    // One reference for all of it, because a meter is copied with every use, priced or not.
    public PricedUse? Priced
    {
        get => priced;
        init => priced = value;
    }

    /// <summary>
    /// For a standing level: up to which level the period has been priced; one that falls and rises again is not charged twice. A period
    /// begins with the level that stands. Zero for use that is spent.
    /// </summary>
    public decimal PricedTo
    {
        get => extras.PricedTo;
        init => extras = value == extras.PricedTo ? extras : extras with { PricedTo = value };
    }

    /// <summary>
    /// Tiers whose base price has been charged this period, one bit a tier in the order of the terms: where tiers begin, and so which
    /// comes first, may change with the allowance.
    /// </summary>
    public int TiersEntered
    {
        get => tiersEntered;
        init => tiersEntered = value;
    }

    /// <summary>Grants that are not over, in burn order (rule 5).</summary>
    public ImmutableArray<GrantState> Grants { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The last grants that ended, oldest first, bounded; older ones are in the ledger.</summary>
    public ImmutableArray<GrantState> EndedGrants
    {
        get => extras.EndedGrants;
        init => extras = value == extras.EndedGrants ? extras : extras with { EndedGrants = value.IsDefault ? [] : value };
    }

    /// <summary>The part of <see cref="Used"/> that grants covered which ended in this period and are no longer kept.</summary>
    public decimal ForgottenUsed
    {
        get => extras.ForgottenUsed;
        init => extras = value == extras.ForgottenUsed ? extras : extras with { ForgottenUsed = value };
    }

    /// <summary>The level of use.</summary>
    public Level Level { get; init; }

    /// <summary>Levels that were signalled in this period and have not moved since with allowance or terms, one bit a level.</summary>
    public int LevelsSignalled { get; init; }

    /// <summary>Whether overage was signalled in this period, and use has been beyond the allowance since.</summary>
    public bool OverageSignalled { get; init; }

    /// <summary>Whether a tier's policy has suspended use.</summary>
    public bool Suspended { get; init; }

    /// <summary>Whether the next period lifts the suspension.</summary>
    public bool ResumesNextPeriod { get; init; }

    /// <summary>GCRA's theoretical arrival time of the next unit, in ticks of UTC and parts of them; 0 before the first.</summary>
    public decimal RateNext
    {
        get => extras.RateNext;
        init => extras = value == extras.RateNext ? extras : extras with { RateNext = value };
    }

    /// <summary>
    /// The rate that <see cref="RateNext"/> is one of: when another applies, it goes on from what was taken of this one. Null before the
    /// first.
    /// </summary>
    public Rate? LastRate
    {
        get => extras.LastRate;
        init => extras = value == extras.LastRate ? extras : extras with { LastRate = value };
    }

    /// <summary>The last reading of a total or of a gauge without keys.</summary>
    public Reading? LastReading
    {
        get => extras.LastReading;
        init => extras = value == extras.LastReading ? extras : extras with { LastReading = value };
    }

    /// <summary>The latest reading of each key of a gauge or a total.</summary>
    public ImmutableDictionary<string, Reading>? Readings
    {
        get => extras.Readings;
        init => extras = ReferenceEquals(value, extras.Readings) ? extras : extras with { Readings = value, KeyRoom = null };
    }

    /// <summary>
    /// How much room <see cref="Readings"/> take (<see cref="LicenseRoom"/>), where it was worked out already; it is not stored.
    /// </summary>
    // There may be thousands, and each new one asks. It goes along with copies, and whatever sets other readings forgets it.
    internal int? KeyRoom
    {
        get => extras.KeyRoom;
        init => extras = value == extras.KeyRoom ? extras : extras with { KeyRoom = value };
    }

    /// <summary>Rollups of the days that may still change, oldest first.</summary>
    public ImmutableArray<DayRollup> Days
    {
        get => days.IsDefault ? [] : days;
        init => days = value;
    }

    /// <summary>What late use needs to know of the time before; null: nothing.</summary>
    public MeterPast? Past
    {
        get => extras.Past;
        init => extras = value == extras.Past ? extras : extras with { Past = value };
    }

    /// <summary>Takes the price and the days of a use that was added.</summary>
    /// <remarks>
    /// It changes the meter itself, and only who has added the use (<see cref="Metric.Add"/>) may use it, on the copy that this made:
    /// nobody else has it yet, and a second copy for each use would be a fifth of what a consume allocates.
    /// </remarks>
    internal void Settle(ImmutableArray<DayRollup> counted, decimal costAfter, PricedUse? pricedAfter, Price price)
    {
        (days, cost, priced, tiersEntered) = (counted, costAfter, pricedAfter, price.TiersEntered);
        extras = price.PricedTo == extras.PricedTo ? extras : extras with { PricedTo = price.PricedTo };
    }

    // What most meters never have, in one reference: a meter is copied with every use, and many thousands are kept in memory.
    private sealed record Extras
    {
        public static readonly Extras None = new();

        public ImmutableArray<EndlessSpan> Endless { get; init; } = [];

        public ImmutableArray<GrantState> EndedGrants { get; init; } = [];

        public ImmutableDictionary<string, Reading>? Readings { get; init; }

        public int? KeyRoom { get; init; }

        public Reading? LastReading { get; init; }

        public MeterPast? Past { get; init; }

        public Rate? LastRate { get; init; }

        public decimal RateNext { get; init; }

        public decimal Rollover { get; init; }

        public decimal RolloverUsed { get; init; }

        public decimal Held { get; init; }

        public decimal PricedTo { get; init; }

        public decimal ForgottenUsed { get; init; }
    }
}
