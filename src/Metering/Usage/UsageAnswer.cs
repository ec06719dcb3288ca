using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Metering;

/// <summary>
/// How a feature stands for a license, and whether an amount is (or would be) allowed. The contract's <i>usage answer</i>.
/// </summary>
public sealed record UsageAnswer : Answer
{
    private Extras extras = Extras.None;

    /// <summary>
    /// Whether the amount was allowed, or would be. A read asks for no amount: then it says whether the license may use the feature at all.
    /// </summary>
    public bool Allowed { get; init; }

    /// <summary>Which feature was asked about.</summary>
    public required string FeatureCode { get; init; }

    /// <summary>Counted, or only had.</summary>
    public FeatureKind Kind { get; init; }

    /// <summary>The amount that the answer is about: what was counted, with <c>allow_partial</c> perhaps less than was asked.</summary>
    public decimal Amount { get; init; }

    /// <summary>The code of the refusal, or null when allowed.</summary>
    public string? Reason
    {
        get => extras.Reason;
        init => extras = value == extras.Reason ? extras : extras with { Reason = value };
    }

    /// <summary>Use of the period.</summary>
    public decimal Used { get; init; }

    /// <summary>The terms' limit; null when unlimited.</summary>
    public decimal? Limit { get; init; }

    /// <summary>Limit, active grants and rollover together: what is covered and what is left; null when unlimited.</summary>
    public decimal? Allowance { get; init; }

    /// <summary>What open holds set aside.</summary>
    public decimal Held
    {
        get => extras.Held;
        init => extras = value == extras.Held ? extras : extras with { Held = value };
    }

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
    public DateTimeOffset? ResetsAt => Period?.End;

    /// <summary>What this amount cost (or would cost).</summary>
    public decimal Cost { get; init; }

    /// <summary>The balance that priced use draws on; null when use has no price.</summary>
    public BalanceView? Balance
    {
        get => extras.Balance;
        init => extras = value == extras.Balance ? extras : extras with { Balance = value };
    }

    /// <summary>The ledger entry that counted it; for a check, the license's last.</summary>
    public long Sequence { get; init; }

    /// <summary>Signals that this use sent.</summary>
    // When the JSON has no signals, the serializer sets a default array. Without this, an answer read back would not equal the one written.
    public ImmutableArray<SignalType> Signals { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>
    /// Units that the policies still let through, beyond the allowance too; null where they are <see cref="Remaining"/>. For the RateLimit
    /// headers, which say what may still be used.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? Room
    {
        get => extras.Room;
        init => extras = value == extras.Room ? extras : extras with { Room = value };
    }

    /// <summary>Whether the policies let any amount through although there is a limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Endless
    {
        get => extras.Endless;
        init => extras = value == extras.Endless ? extras : extras with { Endless = value };
    }

    /// <summary>The rate of the tier in which use stands, when its policy limits the rate; for the RateLimit headers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RateView? Rate
    {
        get => extras.Rate;
        init => extras = value == extras.Rate ? extras : extras with { Rate = value };
    }

    /// <summary>The usage answer of a feature.</summary>
    /// <param name="change">The license as it stands.</param>
    /// <param name="meter">The meter as it stands.</param>
    /// <param name="tiers">Its tiers.</param>
    /// <param name="given">The value that the answer is about, as it was given.</param>
    /// <param name="cost">What that cost.</param>
    /// <param name="asked">Units that are or were asked for beyond those used: the rate of the tier where they end is shown.</param>
    /// <param name="refusing">The tier that refuses them: its policy is shown, and its rate.</param>
    internal static UsageAnswer Of(
        Change change, MeterState meter, TierTable tiers, decimal given, decimal cost, decimal asked = 0, Tier? refusing = null)
    {
        if (meter.Feature.Kind == FeatureKind.Boolean)
        {
            return new UsageAnswer
            {
                Allowed = meter.Assigned,
                FeatureCode = meter.Feature.Code,
                Kind = FeatureKind.Boolean,
                Amount = given,
                Unlimited = true,
                Sequence = change.State.Sequence,
            };
        }

        var left = Metering.Allowance.Left(meter);
        var tier = tiers.At(Stretch.PlaceOf(meter)).Tier;
        var asking = refusing ?? (asked > 0 ? tiers.At(Stretch.AfterHolds(meter, asked).End).Tier : tier);
        var rate = asking.Rule.RateOf(asking);
        var remaining = left is { } some ? Math.Max(0, some - meter.Held) : (decimal?)null;
        var room = Admission.Room(meter, tiers);
        var balance = meter.Terms.PriceUnit is { } unit ? change.State.FindBalance(unit) : null;
        return new UsageAnswer
        {
            Allowed = true,
            FeatureCode = meter.Feature.Code,
            Kind = FeatureKind.Metered,
            Amount = given,
            Used = meter.Used,
            Limit = meter.Terms.Limit,
            Allowance = Metering.Allowance.Total(meter),
            Remaining = remaining,
            Overage = meter.Overage,
            Unlimited = left is null,
            Level = tier.Level,
            Policy = (refusing ?? tier).Policy,
            Period = meter.Period,
            Cost = cost,
            Sequence = change.State.Sequence,
            Signals = change.SentSignals,
            extras = Extras.None.With(
                meter.Held,
                balance is null ? null : new BalanceView(balance.Unit, Credit.Available(change.State, balance)),
                room == remaining ? null : room,
                // When true, the RateLimit header names no quota, as if there were no limit (decisions, counting).
                endless: room is null && remaining is not null,
                rate is null ? null : Gcra.View(meter, rate, change.Now)),
        };
    }

    /// <summary>Whether the entry has all values that <see cref="CompletedFrom"/> takes from it.</summary>
    internal bool MatchesEntry(LedgerEntry entry) =>
        Allowed && Sequence == entry.Sequence && Period == entry.Period
        && Amount == entry.Amount && Used == entry.After && Cost == entry.Cost;

    /// <summary>A shortened answer, with the missing fields taken from its entry.</summary>
    internal UsageAnswer CompletedFrom(LedgerEntry entry) => this with
    {
        Allowed = true,
        Sequence = entry.Sequence,
        Amount = entry.Amount,
        Used = entry.After,
        Cost = entry.Cost,
        Period = entry.Period,
    };

    /// <summary>How every feature that the license has stands, by code.</summary>
    internal static ImmutableArray<UsageAnswer> AllOf(Change change)
    {
        // Taken first: on a read the loop may write entries on its copy, with numbers that the ledger does not have.
        var sequence = change.State.Sequence;
        var invalidity = LicenseValidity.Invalidity(change.State, change.Now);
        var answers = ImmutableArray.CreateBuilder<UsageAnswer>();
        var assigned = change.State.Meters.Where(known => known.Assigned);
        foreach (var known in assigned.OrderBy(known => known.Feature.Code, StringComparer.Ordinal))
        {
            var meter = FeatureLookup.Meter(change, known.Feature.Code)!;

            // In the order in which a consume would refuse. A quota that is used up is no reason here, because it refuses by the amount.
            var reason = invalidity ?? (meter.Suspended ? RefusalCode.UsageSuspended : null);
            answers.Add(Of(change, meter, TierTable.For(meter), 0, 0) with
            {
                Allowed = reason is null,
                Reason = reason,
                Signals = [],
                Sequence = sequence,
            });
        }

        return answers.ToImmutable();
    }

    /// <summary>The usage answer of a feature that the license does not have.</summary>
    internal static UsageAnswer Unassigned(Change change, string featureCode, decimal given) => new()
    {
        FeatureCode = featureCode,
        Amount = given,
        Reason = RefusalCode.FeatureNotAssigned,
        Policy = Policy.Deny,
        Sequence = change.State.Sequence,
    };

    // Rarely set; apart, so that the answer that every use makes stays small.
    private sealed record Extras
    {
        public static readonly Extras None = new();

        public string? Reason { get; init; }

        public decimal Held { get; init; }

        public BalanceView? Balance { get; init; }

        public decimal? Room { get; init; }

        public bool Endless { get; init; }

        public RateView? Rate { get; init; }

        // All at once, because each on its own would be another copy.
        public Extras With(decimal held, BalanceView? balance, decimal? room, bool endless, RateView? rate) =>
            held == 0 && balance is null && room is null && !endless && rate is null
                ? this
                : this with { Held = held, Balance = balance, Room = room, Endless = endless, Rate = rate };
    }
}
