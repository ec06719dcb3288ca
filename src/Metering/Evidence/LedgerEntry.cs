using System.Text.Json;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>The evidence of one change (rule 9). Entries are numbered without gaps for each license.</summary>
public sealed record LedgerEntry
{
    private const long NotGiven = -1;

    private long sequence;
    private string? idempotencyKey;
    private CommandEffect? effect;

    // Times as UTC ticks, half the size of a DateTimeOffset: every command makes an entry.
    private long at;
    private long occurredAt = NotGiven;
    private Extras extras = Extras.None;

    /// <summary>The entry's number on its license, from 1.</summary>
    public long Sequence
    {
        get => sequence;
        init => sequence = value;
    }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset At
    {
        get => new(at, TimeSpan.Zero);
        init => at = value.UtcTicks;
    }

    /// <summary>What it records.</summary>
    public EntryKind Kind { get; init; }

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
    /// How <see cref="Cost"/> came about, by tier; of an entry that closes a period, all that the period was charged. Null: nothing was
    /// priced.
    /// </summary>
    public Charges? Charges { get; init; }

    /// <summary>The balance's unit, where one was touched.</summary>
    public string? Unit { get; init; }

    /// <summary>The balance after the change.</summary>
    public decimal? BalanceAfter { get; init; }

    /// <summary>
    /// What it drew from the balance (below zero: gave back), where that is not its cost: a correction gives back no more than was drawn.
    /// </summary>
    // Internal, so that it is stored and not shown: what it comes to is in the balance after it.
    [JsonInclude]
    internal decimal? Drawn
    {
        get => extras.Drawn;
        init => extras = value == extras.Drawn ? extras : extras with { Drawn = value };
    }

    /// <summary>What it added to the balance that it touched: use draws its cost, all else is told by the amount.</summary>
    [JsonIgnore]
    public decimal BalanceDelta => FeatureCode is null ? Amount : -CreditDrawn;

    /// <summary>What it drew from the balance; zero where it touched none.</summary>
    internal decimal CreditDrawn => BalanceAfter is null ? 0 : Drawn ?? Cost;

    /// <summary>The period in which the change counts.</summary>
    public Period? Period { get; init; }

    /// <summary>The day in whose rollup the change counts, UTC; null when it counts in none.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>When the use happened, UTC, where the caller said so.</summary>
    public DateTimeOffset? OccurredAt
    {
        get => occurredAt == NotGiven ? null : new DateTimeOffset(occurredAt, TimeSpan.Zero);
        init => occurredAt = value?.UtcTicks ?? NotGiven;
    }

    /// <summary>Whether the use came late (rule 10).</summary>
    public bool Late { get; init; }

    /// <summary>The caller's idempotency key.</summary>
    public string? IdempotencyKey
    {
        get => idempotencyKey;
        init => idempotencyKey = value;
    }

    /// <summary>The caller's event id.</summary>
    public string? EventId { get; init; }

    /// <summary>Who used it, in the caller's words; null: nobody was named.</summary>
    public string? UserId { get; init; }

    /// <summary>
    /// Whether the rollup of the day counts the user under <c>(other)</c>, because the license had no room for another name.
    /// </summary>
    // In the evidence, because what room there was does not follow from the entries of the feature alone.
    public bool AmongOthers
    {
        get => extras.AmongOthers;
        init => extras = value == extras.AmongOthers ? extras : extras with { AmongOthers = value };
    }

    /// <summary>The machine.</summary>
    public string? Fingerprint
    {
        get => extras.Fingerprint;
        init => extras = value == extras.Fingerprint ? extras : extras with { Fingerprint = value };
    }

    /// <summary>The key of a gauge's or a total's reading.</summary>
    public string? Key
    {
        get => extras.Key;
        init => extras = value == extras.Key ? extras : extras with { Key = value };
    }

    /// <summary>Which grant was made, began, recurred or ended; null for a change of something else.</summary>
    public string? GrantId
    {
        get => extras.GrantId;
        init => extras = value == extras.GrantId ? extras : extras with { GrantId = value };
    }

    /// <summary>Which hold was opened, settled or ended; null for a change of something else.</summary>
    public string? HoldId
    {
        get => extras.HoldId;
        init => extras = value == extras.HoldId ? extras : extras with { HoldId = value };
    }

    /// <summary>Why an operator made a correction, in the caller's words.</summary>
    public string? Reason
    {
        get => extras.Reason;
        init => extras = value == extras.Reason ? extras : extras with { Reason = value };
    }

    /// <summary>What the caller's books call a correction, such as a ticket or an invoice.</summary>
    [JsonPropertyName("reference")]
    public string? CallerReference
    {
        get => extras.CallerReference;
        init => extras = value == extras.CallerReference ? extras : extras with { CallerReference = value };
    }

    /// <summary>Words for people: why a grant ended, which plans were set.</summary>
    public string? Detail
    {
        get => extras.Detail;
        init => extras = value == extras.Detail ? extras : extras with { Detail = value };
    }

    /// <summary>What the caller wanted kept with the use or the correction.</summary>
    public JsonElement? Metadata
    {
        get => extras.Metadata;
        init => extras = value is null && extras.Metadata is null ? extras : extras with { Metadata = value };
    }

    /// <summary>
    /// What the entry's command changed besides what its entries say in numbers, on the last of them (rule 9). It is stored, and
    /// <c>verify</c> goes by it; nobody is shown it, so it may change its form with the states.
    /// </summary>
    // Internal, so that no answer of the API can show it by mistake; the storage's serializer is told to take it all the same.
    [JsonInclude]
    internal CommandEffect? Effect
    {
        get => effect;
        init => effect = value;
    }

    /// <summary>From when its use counts: when it happened, or when it came.</summary>
    // As in Lateness.Moment: what is said to happen later happened when it came.
    internal DateTimeOffset HappenedAt => Kind == EntryKind.Recorded && OccurredAt is { } said && said < At ? said : At;

    /// <summary>Gives the entry its place in the ledger.</summary>
    /// <remarks>
    /// This and <see cref="Carry"/> change the entry itself, and only the <see cref="Change"/> that it was made for may use them: nobody
    /// else has it yet, and it is too large to be copied for each.
    /// </remarks>
    internal void Number(long number, DateTimeOffset time, string? key) => (sequence, at, idempotencyKey) = (number, time.UtcTicks, key);

    /// <summary>Gives it its command's effect.</summary>
    internal void Carry(CommandEffect? ofCommand) => effect = ofCommand;

    /// <summary>Whether it counts use in a period that was closed before.</summary>
    /// <param name="meter">The meter before it. A clock that was set back may leave a period closed whose end is still to come.</param>
    internal bool IsOfClosedPeriod(MeterState meter)
    {
        if (Kind != EntryKind.Recorded || Period is not { } period)
        {
            return false;
        }

        var closed = period.End <= At;

        // A loop and no query: a query makes a closure for every entry, and a plain consume must allocate nothing here.
        for (var i = 0; !closed && period != meter.Period && i < meter.Past?.Periods.Length; i++)
        {
            closed = meter.Past.Periods[i].Period == period;
        }

        return closed;
    }

    /// <summary>The entry with what the caller said of a correction.</summary>
    internal LedgerEntry With(Note? note) => note is null
        ? this
        : this with { Reason = note.Reason, CallerReference = note.Reference, Metadata = note.Metadata };

    // Rarely set; apart, so that the entry that every command makes stays small.
    private sealed record Extras
    {
        public static readonly Extras None = new();

        public decimal? Drawn { get; init; }

        public bool AmongOthers { get; init; }

        public string? Fingerprint { get; init; }

        public string? Key { get; init; }

        public string? GrantId { get; init; }

        public string? HoldId { get; init; }

        public string? Reason { get; init; }

        public string? CallerReference { get; init; }

        public string? Detail { get; init; }

        public JsonElement? Metadata { get; init; }
    }
}
