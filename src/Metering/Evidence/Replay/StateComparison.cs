using System.Collections.Immutable;

namespace Metering;

/// <summary>Compares a license's state with what its ledger tells, property by property.</summary>
/// <param name="differences">Takes what differs.</param>
/// <param name="closedThrough">The last day of each feature whose rollup has left the state.</param>
/// <param name="daysFrom">The first day whose rollups are kept.</param>
internal sealed class StateComparison(
    Differences differences, IReadOnlyDictionary<string, DateOnly> closedThrough, DateOnly daysFrom)
{
    // Written out and not by reflection, so that the domain needs none. A test changes each property in turn, so none can be left out.
    public void Compare(LicenseState state, LicenseState told)
    {
        const string License = "";
        differences.Compare(License, nameof(state.LicenseId), state.LicenseId, told.LicenseId);
        differences.Compare(License, nameof(state.Sequence), state.Sequence, told.Sequence);
        differences.Compare(License, nameof(state.TenantId), state.TenantId, told.TenantId);
        differences.Compare(License, nameof(state.CreatedAt), state.CreatedAt, told.CreatedAt);
        differences.Compare(License, nameof(state.SetBackAt), state.SetBackAt, told.SetBackAt);
        differences.Compare(License, nameof(state.Anchor), state.Anchor, told.Anchor);
        differences.Compare(License, nameof(state.TimeZone), state.TimeZone, told.TimeZone);
        differences.Compare(License, nameof(state.Suspended), state.Suspended, told.Suspended);
        differences.Compare(License, nameof(state.Deleted), state.Deleted, told.Deleted);
        differences.Compare(License, nameof(state.ExpiresAt), state.ExpiresAt, told.ExpiresAt);
        differences.CompareLists<PlanReference>(License, nameof(state.Plans), state.Plans.AsSpan(), told.Plans.AsSpan());
        if (state.LastSeen < told.LastSeen)
        {
            differences.Compare(License, nameof(state.LastSeen), state.LastSeen, told.LastSeen);
        }

        Match(state.Meters, told.Meters, meter => meter.Feature.Code, CompareMeters, "");
        Match(state.Balances, told.Balances, balance => balance.Unit, Compare, "balance ");
        Match(state.Holds, told.Holds, hold => hold.Id, Compare, "hold ");

        void CompareMeters(MeterState meter, MeterState by)
        {
            // What is set aside follows from the holds: those whose time was not over when the license was last seen.
            Compare(meter, by, told.Holds.LeftAt(by.Feature.Code, state.LastSeen));
            CompareClosedDays(meter, setBack: state.SetBackAt > 0);
        }
    }

    // What the ledger tells, without the numbers of entries that the state does not have: a version that does not know of them leaves
    // them out.
    private static ReadOnlySpan<EndlessSpan> AsFarAsKept(ImmutableArray<EndlessSpan> spans, ImmutableArray<EndlessSpan> told) =>
        spans.Length != told.Length ? told.AsSpan() : told.Zip(spans, (one, kept) => one with
        {
            FromEntry = kept.FromEntry == 0 ? 0 : one.FromEntry,
            SinceEntry = kept.SinceEntry == 0 ? 0 : one.SinceEntry,
            UntilEntry = kept.UntilEntry == 0 ? 0 : one.UntilEntry,
        }).ToArray();

    private void Compare(MeterState meter, MeterState told, decimal held)
    {
        var code = meter.Feature.Code;
        differences.Compare(code, nameof(meter.Feature), meter.Feature, told.Feature);
        differences.Compare(code, nameof(meter.PlanId), meter.PlanId, told.PlanId);
        differences.Compare(code, nameof(meter.Assigned), meter.Assigned, told.Assigned);
        differences.CompareLists<FeatureSpan>(code, nameof(meter.Spans), meter.Spans.AsSpan(), told.Spans.AsSpan());
        differences.CompareLists<EndlessSpan>(
            code, nameof(meter.Endless), meter.Endless.AsSpan(), AsFarAsKept(meter.Endless, told.Endless));
        differences.Compare(code, nameof(meter.Schedule), meter.Schedule, told.Schedule);
        differences.Compare(code, nameof(meter.Period), meter.Period, told.Period);
        differences.Compare(code, nameof(meter.Used), meter.Used, told.Used);
        differences.Compare(code, nameof(meter.LimitUsed), meter.LimitUsed, told.LimitUsed);
        differences.Compare(code, nameof(meter.Rollover), meter.Rollover, told.Rollover);
        differences.Compare(code, nameof(meter.RolloverUsed), meter.RolloverUsed, told.RolloverUsed);
        differences.Compare(code, nameof(meter.ForgottenUsed), meter.ForgottenUsed, told.ForgottenUsed);
        differences.Compare(code, nameof(meter.Overage), meter.Overage, told.Overage);
        differences.Compare(code, nameof(meter.Held), meter.Held, held);
        differences.Compare(code, nameof(meter.Cost), meter.Cost, told.Cost);
        ComparePriced(code, meter.Priced, told.Priced);
        differences.Compare(code, nameof(meter.PricedTo), meter.PricedTo, told.PricedTo);
        differences.Compare(code, nameof(meter.TiersEntered), meter.TiersEntered, told.TiersEntered);
        differences.Compare(code, nameof(meter.Level), meter.Level, told.Level);
        differences.Compare(code, nameof(meter.LevelsSignalled), meter.LevelsSignalled, told.LevelsSignalled);
        differences.Compare(code, nameof(meter.OverageSignalled), meter.OverageSignalled, told.OverageSignalled);
        differences.Compare(code, nameof(meter.Suspended), meter.Suspended, told.Suspended);
        differences.Compare(code, nameof(meter.ResumesNextPeriod), meter.ResumesNextPeriod, told.ResumesNextPeriod);
        differences.Compare(code, nameof(meter.LastReading), meter.LastReading, told.LastReading);
        Compare(code, meter.Terms, told.Terms);
        MatchKeys(ReadingsEffect.Of(meter), ReadingsEffect.Of(told), $"{code}: the reading of ");
        Match(meter.Grants, told.Grants, grant => grant.Id, Compare, $"{code}: grant ");
        Match(meter.EndedGrants, told.EndedGrants, grant => grant.Id, Compare, $"{code}: ended grant ");

        // Grants burn in their order, and of those that ended the first is forgotten first, so the order is compared too.
        CompareOrder(code, nameof(meter.Grants), meter.Grants, told.Grants);
        CompareOrder(code, nameof(meter.EndedGrants), meter.EndedGrants, told.EndedGrants);
        Compare(code, MeterPast.Of(meter), MeterPast.Of(told));

        // State and ledger might agree on parts that do not add up.
        AddsUp(code, meter);
    }

    private void Compare(string code, Terms terms, Terms told)
    {
        differences.Compare(code, nameof(terms.Limit), terms.Limit, told.Limit);
        differences.Compare(code, nameof(terms.Reset), terms.Reset, told.Reset);
        differences.Compare(code, nameof(terms.OverLimit), terms.OverLimit, told.OverLimit);
        differences.Compare(code, nameof(terms.RolloverMax), terms.RolloverMax, told.RolloverMax);
        differences.Compare(code, nameof(terms.PriceUnit), terms.PriceUnit, told.PriceUnit);
        differences.Compare(code, nameof(terms.FirstReading), terms.FirstReading, told.FirstReading);
        differences.CompareLists<Tier>(code, nameof(terms.Tiers), terms.Tiers.AsSpan(), told.Tiers.AsSpan());
    }

    private void Compare(string code, MeterPast past, MeterPast told)
    {
        differences.Compare(code, nameof(past.TermsNumber), past.TermsNumber, told.TermsNumber);
        differences.Compare(code, nameof(past.CountsFrom), past.CountsFrom, told.CountsFrom);
        if (past.BegunByReset != 0)
        {
            // A version that does not know of it leaves it out, and the ledger still tells it.
            differences.Compare(code, nameof(past.BegunByReset), past.BegunByReset, told.BegunByReset);
        }

        differences.Compare(code, nameof(past.ResetAt), past.ResetAt, told.ResetAt);
        differences.Compare(code, nameof(past.RemovedThrough), past.RemovedThrough, told.RemovedThrough);
        differences.Compare(code, nameof(past.ClosedThrough), past.ClosedThrough, told.ClosedThrough);
        var none = ImmutableDictionary<string, DateTimeOffset>.Empty;
        MatchKeys(past.Removed ?? none, told.Removed ?? none, $"{code}: the removal of ");
        differences.CompareLists<FormerTerms>(code, nameof(past.FormerTerms), past.FormerTerms.AsSpan(), told.FormerTerms.AsSpan());
        differences.Compare(code, "closed_periods", past.Periods.Length, told.Periods.Length);
        for (var i = 0; i < Math.Min(past.Periods.Length, told.Periods.Length); i++)
        {
            Compare(code, past.Periods[i], told.Periods[i]);
        }
    }

    private void Compare(string code, ClosedPeriod closed, ClosedPeriod told)
    {
        var where = $"{code}, period from {told.Period.Start:yyyy-MM-ddTHH:mm:ssZ}";
        differences.Compare(where, nameof(closed.Period), closed.Period, told.Period);
        differences.Compare(where, nameof(closed.CountsFrom), closed.CountsFrom, told.CountsFrom);
        differences.Compare(where, nameof(closed.Used), closed.Used, told.Used);
        differences.Compare(where, nameof(closed.Overage), closed.Overage, told.Overage);
        differences.Compare(where, nameof(closed.Cost), closed.Cost, told.Cost);
        differences.Compare(where, nameof(closed.Left), closed.Left, told.Left);
        differences.Compare(where, nameof(closed.Allowance), closed.Allowance, told.Allowance);
        differences.Compare(where, nameof(closed.TiersEntered), closed.TiersEntered, told.TiersEntered);
        differences.Compare(where, nameof(closed.TermsNumber), closed.TermsNumber, told.TermsNumber);
        differences.Compare(where, nameof(closed.Reset), closed.Reset, told.Reset);
        differences.Compare(where, nameof(closed.Sequence), closed.Sequence, told.Sequence);
        differences.Compare(where, nameof(closed.PlanId), closed.PlanId, told.PlanId);
        differences.Compare(where, nameof(closed.StillCovered), closed.StillCovered, told.StillCovered);
        differences.Compare(where, nameof(closed.RolledIn), closed.RolledIn, told.RolledIn);
        differences.CompareLists<PeriodGrant>(where, nameof(closed.Grants), closed.Grants.AsSpan(), told.Grants.AsSpan());
        ComparePriced(where, closed.Priced, told.Priced);
    }

    private void ComparePriced(string where, PricedUse? priced, PricedUse? told)
    {
        differences.Compare(where, nameof(priced.Charges), priced?.Charges, told?.Charges);
        differences.Compare(where, nameof(priced.CreditDrawn), priced?.CreditDrawn ?? 0, told?.CreditDrawn ?? 0);
        differences.Compare(where, nameof(priced.CreditLeft), priced?.CreditLeft, told?.CreditLeft);
    }

    private void Compare(GrantState grant, GrantState told)
    {
        var id = "grant " + grant.Id;
        differences.Compare(id, nameof(grant.Amount), grant.Amount, told.Amount);
        differences.Compare(id, nameof(grant.Granted), grant.Granted, told.Granted);
        differences.Compare(id, nameof(grant.Used), grant.Used, told.Used);
        differences.Compare(id, nameof(grant.PeriodUsed), grant.PeriodUsed, told.PeriodUsed);
        differences.Compare(id, nameof(grant.PeriodSpent), grant.PeriodSpent, told.PeriodSpent);
        if (grant.CoveredAtLapse != 0)
        {
            // A version that does not know of it leaves it out when it writes the state, and the ledger still tells it.
            differences.Compare(id, nameof(grant.CoveredAtLapse), grant.CoveredAtLapse, told.CoveredAtLapse);
        }

        differences.Compare(id, nameof(grant.Lapsed), grant.Lapsed, told.Lapsed);
        differences.Compare(id, nameof(grant.LapsedAtEnd), grant.LapsedAtEnd, told.LapsedAtEnd);
        differences.Compare(id, nameof(grant.Priority), grant.Priority, told.Priority);
        differences.Compare(id, nameof(grant.EffectiveAt), grant.EffectiveAt, told.EffectiveAt);
        differences.Compare(id, nameof(grant.ExpiresAt), grant.ExpiresAt, told.ExpiresAt);
        differences.Compare(id, nameof(grant.CreatedSequence), grant.CreatedSequence, told.CreatedSequence);
        differences.Compare(id, nameof(grant.CreatedAt), grant.CreatedAt, told.CreatedAt);
        differences.Compare(id, nameof(grant.RolloverMax), grant.RolloverMax, told.RolloverMax);
        differences.Compare(id, nameof(grant.Recurrence), grant.Recurrence, told.Recurrence);
        differences.Compare(id, nameof(grant.Active), grant.Active, told.Active);
        differences.Compare(id, nameof(grant.Recurrences), grant.Recurrences, told.Recurrences);
        differences.Compare(id, nameof(grant.RecursAt), grant.RecursAt, told.RecursAt);
        differences.Compare(id, nameof(grant.Ended), grant.Ended, told.Ended);
        differences.Compare(id, nameof(grant.EndedAt), grant.EndedAt, told.EndedAt);
    }

    private void CompareOrder(string code, string property, IEnumerable<GrantState> grants, IEnumerable<GrantState> told) =>
        differences.CompareLists<string>(
            code, property, grants.Select(grant => grant.Id).ToArray(), told.Select(grant => grant.Id).ToArray());

    private void Compare(BalanceState balance, BalanceState told)
    {
        var unit = "balance " + balance.Unit;
        differences.Compare(unit, nameof(balance.Amount), balance.Amount, told.Amount);
        differences.Compare(unit, nameof(balance.AllowOverage), balance.AllowOverage, told.AllowOverage);
        differences.Compare(unit, nameof(balance.Suspended), balance.Suspended, told.Suspended);
        differences.Compare(unit, nameof(balance.LowAt), balance.LowAt, told.LowAt);
        differences.Compare(unit, nameof(balance.LowSignalled), balance.LowSignalled, told.LowSignalled);
        differences.Compare(unit, nameof(balance.ExhaustedSignalled), balance.ExhaustedSignalled, told.ExhaustedSignalled);
        differences.Compare(unit, nameof(balance.Bought), balance.Bought, told.Bought);
        differences.Compare(unit, nameof(balance.Spent), balance.Spent, told.Spent);
        differences.Compare(unit, nameof(balance.Withdrawn), balance.Withdrawn, told.Withdrawn);
    }

    private void Compare(HoldState hold, HoldState told)
    {
        var id = "hold " + hold.Id;
        differences.Compare(id, nameof(hold.Kind), hold.Kind, told.Kind);
        differences.Compare(id, nameof(hold.FeatureCode), hold.FeatureCode, told.FeatureCode);
        differences.Compare(id, nameof(hold.Amount), hold.Amount, told.Amount);
        differences.Compare(id, nameof(hold.Left), hold.Left, told.Left);
        differences.Compare(id, nameof(hold.Settled), hold.Settled, told.Settled);
        differences.Compare(id, nameof(hold.CreatedAt), hold.CreatedAt, told.CreatedAt);
        differences.Compare(id, nameof(hold.ExpiresAt), hold.ExpiresAt, told.ExpiresAt);
        differences.Compare(id, nameof(hold.Fingerprint), hold.Fingerprint, told.Fingerprint);
        differences.Compare(id, nameof(hold.Closed), hold.Closed, told.Closed);
    }

    // The last rollup that left the state tells through when its days are closed. It may be past its retention; and a clock that was set
    // back leaves rollups of the future behind.
    private void CompareClosedDays(MeterState meter, bool setBack)
    {
        var through = MeterPast.Of(meter).DaysClosedThrough;
        DateTimeOffset? last = closedThrough.TryGetValue(meter.Feature.Code, out var day) ? Days.EndOf(day) : null;
        if (last is null ? through > Days.EndOf(daysFrom) : through != last && !(setBack && through < last))
        {
            differences.Compare(meter.Feature.Code, nameof(MeterPast.DaysClosedThrough), through, last);
        }
    }

    private void AddsUp(string code, MeterState meter)
    {
        var parts = meter.LimitUsed + meter.RolloverUsed + meter.Grants.Sum(grant => grant.PeriodUsed)
            + meter.EndedGrants.Sum(grant => grant.PeriodUsed) + meter.ForgottenUsed + meter.Overage;
        if (meter.Used != parts)
        {
            differences.Add($"{code}: used is {Amount.Format(meter.Used)}, but its parts come to {Amount.Format(parts)}");
        }
    }

    private void MatchKeys<T>(IReadOnlyDictionary<string, T> actual, IReadOnlyDictionary<string, T> told, string what)
    {
        foreach (var (key, value) in actual)
        {
            if (!told.TryGetValue(key, out var known))
            {
                differences.Missing($"{what}{key}", inLedger: false);
            }
            else
            {
                differences.Compare("", $"{what}{key}", value, known);
            }
        }

        foreach (var key in told.Keys.Where(key => !actual.ContainsKey(key)))
        {
            differences.Missing($"{what}{key}", inLedger: true);
        }
    }

    private void Match<T>(IEnumerable<T> actual, IEnumerable<T> told, Func<T, string> name, Action<T, T> compare, string what)
    {
        var known = told.ToDictionary(name, StringComparer.Ordinal);
        foreach (var one in actual)
        {
            if (known.Remove(name(one), out var by))
            {
                compare(one, by);
            }
            else
            {
                differences.Missing($"{what}{name(one)}", inLedger: false);
            }
        }

        foreach (var missing in known.Keys)
        {
            differences.Missing($"{what}{missing}", inLedger: true);
        }
    }
}
