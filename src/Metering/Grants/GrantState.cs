namespace Metering;

/// <summary>
/// Extra allowance (rule 5). At any time <c>Granted = Used + Lapsed + left</c>: what was granted was used, has lapsed, or is left.
/// </summary>
public sealed record GrantState
{
    /// <summary>Unique on its license, and never used again.</summary>
    public required string Id { get; init; }

    /// <summary>Units given, each recurrence anew.</summary>
    public decimal Amount { get; init; }

    /// <summary>Units given so far, all recurrences together.</summary>
    public decimal Granted { get; init; }

    /// <summary>Units used so far.</summary>
    public decimal Used { get; init; }

    /// <summary>The part of <see cref="Used"/> that was used in the open period.</summary>
    public decimal PeriodUsed { get; init; }

    /// <summary>
    /// The part of <see cref="PeriodUsed"/> that was used before the amount was given anew: a correction does not bring it back.
    /// </summary>
    public decimal PeriodSpent { get; init; }

    /// <summary>
    /// How much of the period's use was covered at the moment when the grant's own part of it lapsed, because the grant ended or was given
    /// anew. What is covered beyond that was burnt later, so a correction takes it away first. Zero: nothing that the grant had covered
    /// lapsed, or it lapsed under a version that did not keep this.
    /// </summary>
    public decimal CoveredAtLapse { get; init; }

    /// <summary>Units that ended unused: expired, over the rollover cap, or voided.</summary>
    public decimal Lapsed { get; init; }

    /// <summary>The part of <see cref="Lapsed"/> that its end let lapse: a clock that is set back to before that end gives it back.</summary>
    public decimal LapsedAtEnd { get; init; }

    /// <summary>Lower numbers burn first.</summary>
    public int Priority { get; init; }

    /// <summary>From when the grant may be used, UTC.</summary>
    public DateTimeOffset EffectiveAt { get; init; }

    /// <summary>From when it may no longer be used, UTC; null: never expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Sequence number of the entry that made it: the order of creation.</summary>
    public long CreatedSequence { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// Most that is kept of what is left at a period's end (or at a recurrence); null keeps all of it (at a recurrence: nothing).
    /// </summary>
    public decimal? RolloverMax { get; init; }

    /// <summary>How often the amount is given anew, counted from <see cref="EffectiveAt"/>; <see cref="Interval.None"/>: once.</summary>
    public Interval Recurrence { get; init; }

    /// <summary>Whether <see cref="EffectiveAt"/> has come.</summary>
    public bool Active { get; init; }

    /// <summary>How often the amount was given anew.</summary>
    public int Recurrences { get; init; }

    /// <summary>When the amount is given anew next, UTC; null when it is not.</summary>
    public DateTimeOffset? RecursAt { get; init; }

    /// <summary>Why the grant is over; null while it is not.</summary>
    public GrantEnd? Ended { get; init; }

    /// <summary>When it was over, UTC.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Units that may still be used now; zero before the grant is effective and after its end.</summary>
    public decimal Left => Active && Ended is null ? Granted - Used - Lapsed : 0;

    /// <summary>The grant, once what it has covered in the period would lapse if it were given back.</summary>
    /// <param name="covered">How much of the period's use is covered.</param>
    // What had lapsed before keeps its number where nothing was used since.
    internal GrantState Lapse(decimal covered) => PeriodUsed > PeriodSpent ? this with { CoveredAtLapse = covered } : this;

    /// <summary>Units of its use in the period that a correction may take as long as more than this is covered.</summary>
    internal decimal UsedBeyond(decimal covered) =>
        CoveredAtLapse == 0 || CoveredAtLapse > covered ? PeriodUsed : Ended is null ? PeriodUsed - PeriodSpent : 0;

    /// <summary>The grant in a new period, of which it has covered nothing.</summary>
    internal GrantState ForgetUse() => this is { PeriodUsed: 0, PeriodSpent: 0, CoveredAtLapse: 0 }
        ? this
        : this with { PeriodUsed = 0, PeriodSpent = 0, CoveredAtLapse = 0 };

    /// <summary>
    /// The grant after a correction took units of its use in the period away. They may be used again as long as the grant would still
    /// have them: what it covered before it recurred or ended would have lapsed by now.
    /// </summary>
    /// <param name="amount">Units; no more than <see cref="PeriodUsed"/>.</param>
    public GrantState GiveBack(decimal amount)
    {
        var spent = Math.Max(0, amount - (PeriodUsed - PeriodSpent));
        var lapsed = Ended is null ? spent : amount;
        return this with
        {
            Used = Used - amount,
            PeriodUsed = PeriodUsed - amount,
            PeriodSpent = PeriodSpent - spent,
            Lapsed = Lapsed + lapsed,
            LapsedAtEnd = LapsedAtEnd + lapsed - spent,
        };
    }
}
