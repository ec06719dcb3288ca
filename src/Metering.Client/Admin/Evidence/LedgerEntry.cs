using System.Text.Json;

namespace Metering.Client.Admin;

/// <summary>The evidence of one change (rule 9). Entries are numbered without gaps for each license.</summary>
public sealed record LedgerEntry
{
    /// <summary>The entry's number on its license, from 1.</summary>
    public long Sequence { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>What it records.</summary>
    public required string Kind { get; init; }

    /// <summary>The feature; null for a change of the license or of a balance.</summary>
    public string? FeatureCode { get; init; }

    /// <summary>What the change added to use (below zero: took away); for grants, holds and balances, their amount.</summary>
    public decimal Amount { get; init; }

    /// <summary>Use of the period before.</summary>
    public decimal Before { get; init; }

    /// <summary>Use of the period after.</summary>
    public decimal After { get; init; }

    /// <summary>The value as it was given: a delta, or a reading. Null when there was none.</summary>
    public decimal? Value { get; init; }

    /// <summary>What the change added to overage.</summary>
    public decimal Overage { get; init; }

    /// <summary>What the change cost (below zero: was refunded).</summary>
    public decimal Cost { get; init; }

    /// <summary>
    /// How <c>cost</c> came about, by tier; of an entry that closes a period, all that the period was charged. Null: nothing was
    /// priced.
    /// </summary>
    public IReadOnlyList<TierCharge>? Charges { get; init; }

    /// <summary>The balance's unit, where one was touched.</summary>
    public string? Unit { get; init; }

    /// <summary>The balance after the change.</summary>
    public decimal? BalanceAfter { get; init; }

    /// <summary>The period in which the change counts.</summary>
    public UsagePeriod? Period { get; init; }

    /// <summary>The day in whose rollup the change counts, UTC; null when it counts in none.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>When the use happened, UTC, where the caller said so.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>Whether the use came late (rule 10).</summary>
    public bool Late { get; init; }

    /// <summary>The caller's idempotency key.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The caller's event id.</summary>
    public string? EventId { get; init; }

    /// <summary>Who used it, in the caller's words; null: nobody was named.</summary>
    public string? UserId { get; init; }

    /// <summary>
    /// Whether the rollup of the day counts the user under <c>(other)</c>, because the license had no room for another name.
    /// </summary>
    public bool AmongOthers { get; init; }

    /// <summary>The machine.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The key of a gauge's or a total's reading.</summary>
    public string? Key { get; init; }

    /// <summary>Which grant was made, began, recurred or ended; null for a change of something else.</summary>
    public string? GrantId { get; init; }

    /// <summary>Which hold was opened, settled or ended; null for a change of something else.</summary>
    public string? HoldId { get; init; }

    /// <summary>Why an operator made a correction, in the caller's words.</summary>
    public string? Reason { get; init; }

    /// <summary>What the caller's books call a correction, such as a ticket or an invoice.</summary>
    public string? Reference { get; init; }

    /// <summary>Words for people: why a grant ended, which plans were set.</summary>
    public string? Detail { get; init; }

    /// <summary>What the caller wanted kept with the use or the correction.</summary>
    public JsonElement? Metadata { get; init; }
}
