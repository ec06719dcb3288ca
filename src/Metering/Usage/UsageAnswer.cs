using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Metering;

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
