using System.Collections.Immutable;

namespace Metering;

/// <summary>
/// What a command came to: the new state, the answer, and what goes with it. A host makes all of it durable together before it
/// answers. With no <see cref="Entries"/> nothing was counted, and the answer may leave at once.
/// </summary>
/// <param name="State">The state after the command. It may differ from the one before even when the command was refused (a tally, a
/// period).</param>
/// <param name="Answer">The answer.</param>
/// <param name="Entries">New ledger entries, in order.</param>
/// <param name="ClosedDays">Days that left the state and become rollups of their own.</param>
/// <param name="Signals">Signals, in order.</param>
public sealed record Outcome(
    LicenseState State,
    Answer Answer,
    ImmutableArray<LedgerEntry> Entries,
    ImmutableArray<ClosedDay> ClosedDays,
    ImmutableArray<Signal> Signals) : TurnResult
{
    /// <summary>
    /// Periods that left the state and are records of their own, in order; none where there are no <see cref="Entries"/>.
    /// </summary>
    public ImmutableArray<FeaturePeriod> ClosedPeriods { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>
    /// To when the license's clock was set back, UTC; null: it was not. Records that were made before and are taken back by it
    /// (<see cref="FeaturePeriod.IsTakenBack"/>) must be removed, before those of <see cref="ClosedPeriods"/> are added.
    /// </summary>
    public DateTimeOffset? SetBackTo =>
        !Entries.IsEmpty && Entries[0] is { Kind: EntryKind.ClockRepaired, At: var at } ? at : null;

    /// <summary>
    /// Whether a repeat of the command gets this answer (rule 8). A refused one is not remembered, even when time brought about entries
    /// before it: it may succeed later. Nor is one without evidence: nothing would prove that it was counted.
    /// </summary>
    public bool IsRemembered => !Entries.IsEmpty && Answer is not Refusal;

    /// <inheritdoc/>
    public override ApplyResult ToApplyResult() => new(ApplyStatus.Applied, Answer);
}
