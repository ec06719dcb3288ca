using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>What a command came to.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$a")]
[JsonDerivedType(typeof(UsageAnswer), "usage")]
[JsonDerivedType(typeof(HoldAnswer), "hold")]
[JsonDerivedType(typeof(GrantAnswer), "grant")]
[JsonDerivedType(typeof(BalanceAnswer), "balance")]
[JsonDerivedType(typeof(MachineAnswer), "machine")]
[JsonDerivedType(typeof(LicenseAnswer), "license")]
[JsonDerivedType(typeof(AssignmentAnswer), "assignment")]
[JsonDerivedType(typeof(LicenseUsage), "license_usage")]
[JsonDerivedType(typeof(Done), "done")]
[JsonDerivedType(typeof(Refusal), "refusal")]
public abstract record Answer;

/// <summary>How a feature stands for a license, and whether an amount is (or would be) allowed. The contract's <i>usage answer</i>.</summary>
public sealed record UsageAnswer : Answer
{
    /// <summary>Whether the amount was allowed, or would be.</summary>
    public bool Allowed { get; init; }

    /// <summary>The feature.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Counted, or only had.</summary>
    public FeatureKind Kind { get; init; }

    /// <summary>The amount that the answer is about: what was counted, with <c>allow_partial</c> perhaps less than was asked.</summary>
    public decimal Amount { get; init; }

    /// <summary>The code of the refusal, or null when allowed.</summary>
    public string? Reason { get; init; }

    /// <summary>Use of the period.</summary>
    public decimal Used { get; init; }

    /// <summary>The terms' limit; null when unlimited.</summary>
    public decimal? Limit { get; init; }

    /// <summary>Limit, active grants and rollover together: what is covered and what is left; null when unlimited.</summary>
    public decimal? Allowance { get; init; }

    /// <summary>What open holds set aside.</summary>
    public decimal Held { get; init; }

    /// <summary>What may still be used before it is overage; null when unlimited.</summary>
    public decimal? Remaining { get; init; }

    /// <summary>Use that nothing covered.</summary>
    public decimal Overage { get; init; }

    /// <summary>Whether there is no limit.</summary>
    public bool Unlimited { get; init; }

    /// <summary>The level of use.</summary>
    public Level Level { get; init; }

    /// <summary>The policy of the tier in which use stands; of a refusal, of the tier that refused.</summary>
    public Policy Policy { get; init; }

    /// <summary>The open period; null for a boolean feature.</summary>
    public Period? Period { get; init; }

    /// <summary>When use starts anew; null: never.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>What this amount cost (or would cost).</summary>
    public decimal Cost { get; init; }

    /// <summary>The balance that priced use draws on; null when use has no price.</summary>
    public BalanceView? Balance { get; init; }

    /// <summary>The ledger entry that counted it; for a check, the license's last.</summary>
    public long Sequence { get; init; }

    /// <summary>Signals that this use sent.</summary>
    public ImmutableArray<SignalType> Signals { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>
    /// Units that the policies still let through, beyond the allowance too; null where they are <see cref="Remaining"/>. For the RateLimit
    /// headers, which say what may still be used.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Room { get; init; }

    /// <summary>Whether the policies let any amount through although there is a limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Endless { get; init; }

    /// <summary>The rate of the tier in which use stands, when its policy limits the rate; for the RateLimit headers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RateView? Rate { get; init; }
}

/// <summary>How a rate stands.</summary>
/// <param name="Burst">Units that may come at once.</param>
/// <param name="WindowSeconds">In how many seconds the whole burst is regained.</param>
/// <param name="Remaining">Units that may come now.</param>
/// <param name="ResetSeconds">In how many seconds the whole burst is there again.</param>
public sealed record RateView(decimal Burst, long WindowSeconds, decimal Remaining, long ResetSeconds);

/// <summary>How a balance stands, in a usage answer.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Available">Credit that may be spent now.</param>
public sealed record BalanceView(string Unit, decimal Available);

/// <summary>A hold, as it was opened or closed.</summary>
public sealed record HoldAnswer : Answer
{
    /// <summary>The hold's id.</summary>
    public required string Id { get; init; }

    /// <summary>The feature.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units set aside.</summary>
    public decimal Amount { get; init; }

    /// <summary>When what is left returns to the allowance, UTC.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was opened, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Settled once or in steps.</summary>
    public HoldKind Kind { get; init; }

    /// <summary>Who holds it.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>A grant and how it stands.</summary>
public sealed record GrantAnswer : Answer
{
    /// <summary>The grant's id.</summary>
    public required string Id { get; init; }

    /// <summary>The feature.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Units given; with a recurrence, each time anew.</summary>
    public decimal Amount { get; init; }

    /// <summary>Units given so far.</summary>
    public decimal Granted { get; init; }

    /// <summary>Units used so far.</summary>
    public decimal Used { get; init; }

    /// <summary>Units left.</summary>
    public decimal Remaining { get; init; }

    /// <summary>Units that ended unused.</summary>
    public decimal Lapsed { get; init; }

    /// <summary>Lower numbers burn first.</summary>
    public int Priority { get; init; }

    /// <summary>From when, UTC.</summary>
    public DateTimeOffset EffectiveAt { get; init; }

    /// <summary>Until when, UTC; null: never expires.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Most that is kept at a period's end or a recurrence.</summary>
    public decimal? RolloverMax { get; init; }

    /// <summary>How often the amount is given anew.</summary>
    public Interval Recurrence { get; init; }

    /// <summary>How it stands.</summary>
    public GrantStatus Status { get; init; }

    /// <summary>When it was over, UTC; null while it is not.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>How a grant stands.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<GrantStatus>))]
public enum GrantStatus
{
    /// <summary>May be used.</summary>
    Active,

    /// <summary>Its time has not come.</summary>
    Scheduled,

    /// <summary>All of it was used.</summary>
    UsedUp,

    /// <summary>Its time was over.</summary>
    Expired,

    /// <summary>An operator took it back.</summary>
    Voided,
}

/// <summary>A balance and how it stands.</summary>
public sealed record BalanceAnswer : Answer
{
    /// <summary>The unit.</summary>
    public required string Unit { get; init; }

    /// <summary>Credit that is there.</summary>
    public decimal Amount { get; init; }

    /// <summary>The part that open holds set aside.</summary>
    public decimal Held { get; init; }

    /// <summary>Credit that may be spent now.</summary>
    public decimal Available { get; init; }

    /// <summary>How far the balance is below zero.</summary>
    public decimal Overage { get; init; }

    /// <summary>Whether priced use may take it below zero.</summary>
    public bool AllowOverage { get; init; }

    /// <summary>Whether priced use is refused.</summary>
    public bool Suspended { get; init; }

    /// <summary>All credit ever put in.</summary>
    public decimal Bought { get; init; }

    /// <summary>All credit ever drawn by priced use.</summary>
    public decimal Spent { get; init; }

    /// <summary>All credit ever withdrawn.</summary>
    public decimal Withdrawn { get; init; }

    /// <summary>Below how much available credit <c>balance_low</c> is signalled.</summary>
    public decimal LowAt { get; init; }
}

/// <summary>A machine, as it was registered.</summary>
public sealed record MachineAnswer : Answer
{
    /// <summary>The machine.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Its cores.</summary>
    public decimal Cores { get; init; }

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Cores of all machines of the license.</summary>
    public decimal TotalCores { get; init; }

    /// <summary>Most cores that the license may have; null: no limit.</summary>
    public decimal? MaxCores { get; init; }

    /// <summary>Whether the license did not have the machine before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Created { get; init; }
}

/// <summary>A license's status and what it is on, as a change left them.</summary>
public sealed record LicenseAnswer : Answer
{
    /// <summary>When this was so, UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Whether an operator has suspended the license.</summary>
    public bool Suspended { get; init; }

    /// <summary>Whether it was deleted.</summary>
    public bool Deleted { get; init; }

    /// <summary>From when on it is no longer valid, UTC; null: always valid.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>From what its periods are counted, UTC.</summary>
    public DateTimeOffset Anchor { get; init; }

    /// <summary>IANA time zone; null: UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Its plans, one of each group.</summary>
    public ImmutableArray<PlanReference> Plans { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Most cores of its machines; null: no limit.</summary>
    public decimal? MaxCores { get; init; }
}

/// <summary>A feature as it was assigned.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Terms">Its terms.</param>
public sealed record AssignmentAnswer(Feature Feature, Terms Terms) : Answer;

/// <summary>How every feature and balance of the license stood after a change of several features.</summary>
public sealed record LicenseUsage : Answer
{
    /// <summary>Its features, by code.</summary>
    public ImmutableArray<UsageAnswer> Features { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Its balances.</summary>
    public ImmutableArray<BalanceAnswer> Balances { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary>The change was made; there is nothing more to say.</summary>
/// <param name="Sequence">The license's last ledger entry.</param>
public sealed record Done(long Sequence) : Answer;

/// <summary>The command was refused. No count has changed.</summary>
public sealed record Refusal : Answer
{
    /// <summary>Why; one of <see cref="RefusalCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>Why, for people.</summary>
    public required string Detail { get; init; }

    /// <summary>The field at fault, as a JSON pointer, for <see cref="RefusalCode.InvalidRequest"/>.</summary>
    public string? Pointer { get; init; }

    /// <summary>
    /// In how many seconds the same request would pass, if nothing else is used until then: by the rate, the next period, or a grant that
    /// begins or recurs. Null where no such time is known.
    /// </summary>
    public long? RetryAfterSeconds { get; init; }

    /// <summary>How the feature stands, where one is concerned.</summary>
    public UsageAnswer? Usage { get; init; }

    /// <summary>For a machine over the limit: cores of the license's other machines.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? OtherCores { get; init; }
}
