namespace Metering.Tests.Properties;

/// <summary>What holds for every state, and for every step from one to the next.</summary>
internal static class Invariants
{
    public static void Hold(LicenseState state, DateTimeOffset now)
    {
        foreach (var meter in state.Meters)
        {
            Whole(meter);
            Assert.Equal(
                state.Holds.Where(hold => hold.FeatureCode == meter.Feature.Code && hold.IsOpenAt(state.LastSeen)).Sum(hold => hold.Left),
                meter.Held);
            foreach (var grant in meter.Grants)
            {
                Assert.Null(grant.Ended);
                Explained(grant);
                LapsedWithin(grant, grant.PeriodSpent, meter);
            }

            foreach (var grant in meter.EndedGrants)
            {
                Assert.NotNull(grant.Ended);
                Assert.Equal(0, grant.Left);
                Assert.Equal(grant.Granted, grant.Used + grant.Lapsed);
                LapsedWithin(grant, grant.PeriodUsed, meter);
            }
        }

        foreach (var balance in state.Balances)
        {
            Assert.Equal(balance.Amount, balance.Bought - balance.Spent - balance.Withdrawn);
        }

        Assert.All(state.Holds, hold => Assert.True(hold.Left >= 0 && hold.Left <= hold.Amount));
        Assert.True(state.LastSeen >= now);
        Assert.Equal(state.Holds.Where(hold => !hold.Closed).Min(hold => (DateTimeOffset?)hold.ExpiresAt), state.Holds.NextExpiry);
    }

    /// <summary>A level changes only with use, allowance or period; time alone changes neither.</summary>
    public static void LevelsMoveWithReason(LicenseState before, LicenseState after)
    {
        foreach (var meter in after.Meters)
        {
            if (before.FindMeter(meter.Feature.Code) is not { } known || known.Level == meter.Level)
            {
                continue;
            }

            Assert.True(
                known.Used != meter.Used || known.Period != meter.Period || known.Terms != meter.Terms || known.Overage != meter.Overage
                    || known.Rollover != meter.Rollover || !known.Grants.SequenceEqual(meter.Grants),
                $"the level of {meter.Feature.Code} changed without a reason");
        }
    }

    /// <summary>
    /// Where the terms deny, an allowed consume takes nothing that the allowance does not cover, and nothing that is held.
    /// </summary>
    public static void NoMoreThanTheAllowance(Command command, Outcome outcome)
    {
        if (command is not Consume || outcome.Answer is not UsageAnswer { Kind: FeatureKind.Metered } usage)
        {
            return;
        }

        var meter = outcome.State.FindMeter(usage.FeatureCode)!;
        if (meter.Terms is { Tiers.Length: 0, OverLimit: Policy.Deny, Limit: not null })
        {
            var entry = outcome.Entries[^1];
            Assert.True(entry.Overage <= 0, "a denying limit let overage through");
            if (entry.Amount > 0)
            {
                Assert.True(usage.Allowance - (usage.Used - usage.Overage) >= usage.Held, "a consume took what was held");
            }
        }
    }

    /// <summary>A consume and a new hold never spend credit that is not there, unless the balance allows overage.</summary>
    public static void NoMoreThanTheCredit(LicenseState before, Command command, Outcome outcome)
    {
        if (command is not (Consume or OpenHold) || outcome.Answer is Refusal || outcome.Entries.Length == 0)
        {
            return;
        }

        // What was there already may be short: use that is recorded, and a change of prices, never ask. So the step must have cost
        // something.
        if (outcome.State.FindMeter(outcome.Entries[^1].FeatureCode!)!.Terms.PriceUnit is { } unit
            && LicenseMeter.Balances(outcome.State, outcome.State.LastSeen, MeterRules.Default)
                .FirstOrDefault(balance => balance.Unit == unit) is { AllowOverage: false } now
            && LicenseMeter.Balances(before, outcome.State.LastSeen, MeterRules.Default)
                .First(balance => balance.Unit == unit).Available > now.Available)
        {
            Assert.True(now.Available >= 0, "credit was spent that was not there");
            Assert.False(now.Suspended);
        }
    }

    // Used = LimitUsed + RolloverUsed + grants' PeriodUsed (those that ended in the period included) + Overage.
    private static void Whole(MeterState meter)
    {
        decimal[] parts = [meter.Used, meter.LimitUsed, meter.Rollover, meter.RolloverUsed, meter.Overage, meter.Held, meter.PricedTo];
        Assert.All(parts, part => Assert.True(part >= 0, $"{meter.Feature.Code} has a part below zero"));
        Assert.True(meter.RolloverUsed <= meter.Rollover);
        var open = meter.LimitUsed + meter.RolloverUsed + meter.Grants.Sum(grant => grant.PeriodUsed) + meter.Overage;
        var ended = meter.EndedGrants.Sum(grant => grant.PeriodUsed) + meter.ForgottenUsed;
        Assert.Equal(meter.Used, open + ended);
        if (meter.Feature.IsLevel)
        {
            Assert.Equal(open, meter.Used);
            Assert.True(meter.PricedTo >= meter.Used, "a level is priced up to where it stands");
            var sum = (meter.LastReading?.Value ?? 0) + (meter.Readings?.Values.Sum(reading => reading.Value) ?? 0);
            Assert.True(meter.Feature.Metric != MetricType.Gauge || sum == meter.Used, "a gauge is the sum of its readings");
        }

        var order = meter.Grants.OrderBy(grant => grant.Priority)
            .ThenBy(grant => grant.ExpiresAt ?? DateTimeOffset.MaxValue)
            .ThenBy(grant => grant.CreatedSequence)
            .Select(grant => grant.Id);
        Assert.Equal(order, meter.Grants.Select(grant => grant.Id));
    }

    // What lapsed is part of what was covered then, and that is covered still: what a correction takes away lowers it.
    private static void LapsedWithin(GrantState grant, decimal lapsed, MeterState meter) =>
        Assert.True(
            lapsed <= grant.CoveredAtLapse && grant.CoveredAtLapse <= meter.Used - meter.Overage,
            $"of {meter.Feature.Code} {meter.Used - meter.Overage} is covered, and {lapsed} lapsed of {grant}");

    private static void Explained(GrantState grant)
    {
        Assert.True(
            grant is { Granted: >= 0, Used: >= 0, Lapsed: >= 0, Left: >= 0, PeriodUsed: >= 0 },
            $"{grant.Id} has a part below zero: {grant}");
        Assert.InRange(grant.PeriodSpent, 0, grant.PeriodUsed);
        Assert.True(grant.PeriodUsed <= grant.Used);
        Assert.Equal(grant.Granted, grant.Used + grant.Lapsed + (grant.Active ? grant.Left : grant.Amount));
    }
}
