using System.Collections.Immutable;

namespace Metering;

/// <summary>How meters, grants and balances stand, as answers.</summary>
internal static class Views
{
    /// <summary>The usage answer of a feature.</summary>
    /// <param name="change">The license as it stands.</param>
    /// <param name="meter">The meter as it stands.</param>
    /// <param name="tiers">Its tiers.</param>
    /// <param name="amount">What the answer is about.</param>
    /// <param name="cost">What that cost.</param>
    /// <param name="asked">Units that are or were asked for beyond those used: the rate of the tier in which they would end is shown.</param>
    /// <param name="refusing">The tier that refuses them: its policy is shown, and its rate.</param>
    public static UsageAnswer Usage(
        Change change, MeterState meter, TierTable tiers, decimal amount, decimal cost, decimal asked = 0, Tier? refusing = null)
    {
        if (meter.Feature.Kind == FeatureKind.Boolean)
        {
            return new UsageAnswer
            {
                Allowed = meter.Assigned,
                FeatureCode = meter.Feature.Code,
                Kind = FeatureKind.Boolean,
                Amount = amount,
                Unlimited = true,
                Sequence = change.State.Sequence,
            };
        }

        var left = Allowance.Left(meter);
        var tier = tiers.At(Stretch.PlaceOf(meter)).Tier;
        var asking = refusing ?? (asked > 0 ? tiers.At(Stretch.AfterHolds(meter, asked).End).Tier : tier);
        var rate = asking.Policy == Policy.RateLimit ? asking.Rate : null;
        var remaining = left is { } some ? Math.Max(0, some - meter.Held) : (decimal?)null;
        var room = Admission.Room(meter, tiers);
        var balance = meter.Terms.PriceUnit is { } unit ? change.State.FindBalance(unit) : null;
        return new UsageAnswer
        {
            Allowed = true,
            FeatureCode = meter.Feature.Code,
            Kind = FeatureKind.Metered,
            Amount = amount,
            Used = meter.Used,
            Limit = meter.Terms.Limit,
            Allowance = Allowance.Total(meter),
            Held = meter.Held,
            Remaining = remaining,
            Overage = meter.Overage,
            Unlimited = left is null,
            Level = tier.Level,
            Policy = (refusing ?? tier).Policy,
            Period = meter.Period,
            ResetsAt = meter.Period.End,
            Cost = cost,
            Balance = balance is null ? null : new BalanceView(balance.Unit, Crediting.Available(change.State, balance)),
            Sequence = change.State.Sequence,
            Signals = change.SentSignals,
            Room = room == remaining ? null : room,
            Endless = room is null && remaining is not null,
            Rate = rate is null ? null : RateLimiting.View(meter, rate, change.Now),
        };
    }

    /// <summary>How every feature that the license has stands, by code.</summary>
    public static ImmutableArray<UsageAnswer> Usage(Change change)
    {
        var sequence = change.State.Sequence;
        var answers = ImmutableArray.CreateBuilder<UsageAnswer>();
        foreach (var known in change.State.Meters.Where(known => known.Assigned).OrderBy(known => known.Feature.Code, StringComparer.Ordinal))
        {
            var meter = Standing.Meter(change, known.Feature.Code)!;
            var tiers = meter.Feature.Kind == FeatureKind.Boolean ? default : TierTable.For(meter);
            answers.Add(Usage(change, meter, tiers, 0, 0) with { Signals = [], Sequence = sequence });
        }

        return answers.ToImmutable();
    }

    /// <summary>How every balance of the license stands.</summary>
    public static ImmutableArray<BalanceAnswer> Balances(LicenseState state) => [.. state.Balances.Select(balance => Balance(state, balance))];

    /// <summary>The license's status and what it is on.</summary>
    public static LicenseAnswer License(Change change) => new()
    {
        At = change.Now,
        Suspended = change.State.Suspended,
        Deleted = change.State.Deleted,
        ExpiresAt = change.State.ExpiresAt,
        Anchor = change.State.Anchor,
        TimeZone = change.State.TimeZone,
        Plans = change.State.Plans,
        MaxCores = change.State.FindMeter(Machines.FeatureCode) is { Assigned: true } meter ? meter.Terms.Limit : null,
    };

    /// <summary>The usage answer of a feature that the license does not have.</summary>
    public static UsageAnswer Unassigned(Change change, string featureCode, decimal amount) => new()
    {
        FeatureCode = featureCode,
        Amount = amount,
        Reason = RefusalCode.FeatureNotAssigned,
        Policy = Policy.Deny,
        Sequence = change.State.Sequence,
    };

    public static GrantAnswer Grant(string featureCode, GrantState grant) => new()
    {
        Id = grant.Id,
        FeatureCode = featureCode,
        Amount = grant.Amount,
        Granted = grant.Granted,
        Used = grant.Used,
        Remaining = grant.Left,
        Lapsed = grant.Lapsed,
        Priority = grant.Priority,
        EffectiveAt = grant.EffectiveAt,
        ExpiresAt = grant.ExpiresAt,
        RolloverMax = grant.RolloverMax,
        Recurrence = grant.Recurrence,
        Status = grant.Ended switch
        {
            GrantEnd.UsedUp => GrantStatus.UsedUp,
            GrantEnd.Expired => GrantStatus.Expired,
            GrantEnd.Voided => GrantStatus.Voided,
            _ when !grant.Active => GrantStatus.Scheduled,
            _ when grant is { Left: 0, Recurrence: Interval.None } => GrantStatus.UsedUp,
            _ => GrantStatus.Active,
        },
        EndedAt = grant.EndedAt,
    };

    public static BalanceAnswer Balance(LicenseState state, BalanceState balance) => new()
    {
        Unit = balance.Unit,
        Amount = balance.Amount,
        Held = Crediting.Held(state, balance.Unit),
        Available = Crediting.Available(state, balance),
        Overage = Math.Max(0, -balance.Amount),
        AllowOverage = balance.AllowOverage,
        Suspended = balance.Suspended,
        Bought = balance.Bought,
        Spent = balance.Spent,
        Withdrawn = balance.Withdrawn,
        LowAt = balance.LowAt,
    };
}
