namespace Metering.Tests.Properties;

/// <summary>
/// Keeps books of its own from nothing but ledger entries, closed days and signals, and compares them with a license's state after each
/// command: evidence, counters and rollups always agree (rule 9).
/// </summary>
internal sealed class Audit
{
    private readonly Dictionary<string, Running> meters = [];
    private readonly Dictionary<string, string?> units = [];
    private readonly Dictionary<(string Feature, Period Period), Running> closedPeriods = [];
    private readonly Dictionary<string, StandingFold> standings = [];
    private readonly Dictionary<string, decimal> standingOverages = [];
    private readonly Dictionary<(string Feature, DateOnly Day), DayRollup> days = [];
    private readonly HashSet<(string Feature, DateOnly Day)> closedDays = [];
    private readonly Dictionary<string, decimal> balances = [];
    private readonly Dictionary<string, decimal> granted = [];
    private readonly HashSet<string> signalIds = [];
    private readonly HashSet<(string Feature, Level Level)> levels = [];
    private readonly HashSet<string> overages = [];
    private (long Sequence, int Ordinal) lastSignal;
    private long sequence;
    private int signals;

    public void Take(Outcome outcome)
    {
        foreach (var entry in outcome.Entries)
        {
            Assert.Equal(++sequence, entry.Sequence);
            Book(entry, outcome.State);

            // Within one command a period may end and another begin, or one grant end and another be added: the order of evidence tells
            // what a signal comes after.
            Signals(outcome.Signals.Where(signal => signal.Sequence == entry.Sequence));
        }

        Assert.Equal(signals += outcome.Signals.Length, signalIds.Count);

        Assert.Equal(sequence, outcome.State.Sequence);
        foreach (var closed in outcome.ClosedDays)
        {
            var key = (closed.FeatureCode, closed.Rollup.Day);
            Assert.True(closedDays.Add(key), $"{key} was closed twice");
            Same(key, closed.Rollup);
        }

        Units(outcome);
        Compare(outcome.State);
    }

    private void Book(LedgerEntry entry, LicenseState state)
    {
        if (entry.Unit is { } unit && entry.BalanceAfter is { } balanceAfter)
        {
            balances[unit] = balances.GetValueOrDefault(unit) + entry.BalanceDelta;
            Assert.Equal(balances[unit], balanceAfter);
            Assert.True(
                entry.BalanceDelta == (entry.FeatureCode is null ? entry.Amount : -entry.Cost)
                    || (entry.Kind == EntryKind.Decremented && entry.BalanceDelta > 0 && entry.BalanceDelta < -entry.Cost),
                "only a correction may give back less than its cost");
        }

        if (entry.Kind == EntryKind.PlansChanged)
        {
            levels.Clear();
            overages.Clear();
        }

        if (entry.FeatureCode is not { } code)
        {
            return;
        }

        // Allowance or terms may have changed: what was crossed is told again at its new place (rule 11).
        if (entry.Kind is EntryKind.FeatureChanged
            or EntryKind.GrantAdded or EntryKind.GrantEffective or EntryKind.GrantRecurred or EntryKind.GrantEnded)
        {
            levels.RemoveWhere(level => level.Feature == code);
            overages.Remove(code);
        }

        if (entry.Kind is EntryKind.GrantAdded or EntryKind.GrantRecurred)
        {
            granted[entry.GrantId!] = granted.GetValueOrDefault(entry.GrantId!) + entry.Amount;
        }

        var standing = state.FindMeter(code)!.Feature.IsLevel;
        if (standing)
        {
            var fold = standings.TryGetValue(code, out var known) ? known : standings[code] = new StandingFold();
            fold.Take(entry);
        }

        if (entry.Day is { } day)
        {
            standingOverages[code] = standingOverages.GetValueOrDefault(code) + (standing ? entry.Overage : 0);
            days[(code, day)] = Count(
                days.GetValueOrDefault((code, day)) ?? new DayRollup { Day = day }, entry, standing ? standings[code] : null);
        }

        var running = meters.GetValueOrDefault(code) ?? new Running(0, 0, 0);
        var uses = entry.Kind is EntryKind.Consumed or EntryKind.Recorded or EntryKind.Decremented;
        var closes = entry.Kind is EntryKind.PeriodClosed or EntryKind.UsageReset;
        if (uses && entry.Period!.End <= entry.At)
        {
            // Late use of a period that is over: it has a count of its own.
            var before = closedPeriods.GetValueOrDefault((code, entry.Period)) ?? new Running(0, 0, 0);
            Assert.Equal(before.Used, entry.Before);
            Assert.Equal(before.Used + entry.Amount, entry.After);
            closedPeriods[(code, entry.Period)] = new Running(entry.After, before.Overage + entry.Overage, before.Cost + entry.Cost);
            return;
        }

        Assert.Equal(running.Used, entry.Before);
        Assert.Equal(uses || closes ? entry.Before + entry.Amount : entry.Before, entry.After);
        if (uses)
        {
            running = new Running(entry.After, running.Overage + entry.Overage, running.Cost + entry.Cost);
        }
        else if (closes)
        {
            Assert.Equal(running.Cost, entry.Cost);
            if (!standing)
            {
                Assert.Equal(running.Overage, entry.Overage);
            }

            closedPeriods[(code, entry.Period!)] = new Running(entry.Before, entry.Overage, entry.Cost);
            levels.RemoveWhere(level => level.Feature == code);
            overages.Remove(code);
            running = new Running(entry.After, 0, 0);
        }

        meters[code] = running;
    }

    // What was charged in a unit leaves with it, and nothing else does.
    private void Units(Outcome outcome)
    {
        foreach (var meter in outcome.State.Meters)
        {
            var code = meter.Feature.Code;
            var parts = outcome.ClosedPeriods.Where(period => period.IsPart && period.FeatureCode == code).Sum(part => part.Cost);
            var changed = units.TryGetValue(code, out var unit) && unit != meter.Terms.PriceUnit;
            var running = meters.GetValueOrDefault(code) ?? new Running(0, 0, 0);
            Assert.Equal(changed ? running.Cost : 0, parts);
            meters[code] = changed ? running with { Cost = 0 } : running;
            units[code] = meter.Terms.PriceUnit;
        }
    }

    private void Signals(IEnumerable<Signal> sent)
    {
        foreach (var signal in sent)
        {
            Assert.True(signalIds.Add(signal.Id), $"signal {signal.Id} was sent twice");
            var place = (signal.Sequence, signal.Ordinal);
            Assert.True(place.CompareTo(lastSignal) > 0, "signals come in order");
            lastSignal = place;
            if (signal.Type == SignalType.LevelChanged)
            {
                // It fell because tiers moved, so those above are told again. The entry of changed plans comes before what time brings.
                levels.RemoveWhere(told => signal.Detail == "recovered" && told.Feature == signal.FeatureCode && told.Level > signal.Level);
                Assert.True(levels.Add((signal.FeatureCode!, signal.Level!.Value)), "a level is signalled once in a period");
            }
            else if (signal.Type == SignalType.Overage)
            {
                Assert.True(overages.Add(signal.FeatureCode!), "overage is signalled once in a period");
            }
        }
    }

    private void Compare(LicenseState state)
    {
        foreach (var meter in state.Meters.Where(meter => meter.Feature.Kind == FeatureKind.Metered))
        {
            var running = meters.GetValueOrDefault(meter.Feature.Code) ?? new Running(0, 0, 0);
            Assert.Equal(running.Used, meter.Used);
            Assert.Equal(running.Cost, meter.Cost);

            // A level's goes on through all periods, as the level does.
            Assert.Equal(
                meter.Feature.IsLevel ? standingOverages.GetValueOrDefault(meter.Feature.Code) : running.Overage, meter.Overage);

            foreach (var closed in meter.Past?.Periods ?? [])
            {
                var booked = closedPeriods.GetValueOrDefault((meter.Feature.Code, closed.Period)) ?? new Running(0, 0, 0);
                Assert.Equal(booked, new Running(closed.Used, closed.Overage, closed.Cost));
            }

            foreach (var day in meter.Days)
            {
                Assert.DoesNotContain((meter.Feature.Code, day.Day), closedDays);
                Same((meter.Feature.Code, day.Day), day);
            }

            foreach (var grant in meter.Grants.Concat(meter.EndedGrants))
            {
                Assert.Equal(granted[grant.Id], grant.Granted);
            }
        }

        // What is in the books is in the state or has left it as a closed day.
        foreach (var (feature, day) in days.Keys.Where(key => !closedDays.Contains(key)))
        {
            Assert.Contains(state.FindMeter(feature)!.Days, open => open.Day == day);
        }

        foreach (var balance in state.Balances)
        {
            Assert.Equal(balances[balance.Unit], balance.Amount);
        }
    }

    private static DayRollup Count(DayRollup day, LedgerEntry entry, StandingFold? standing)
    {
        var correction = entry.Kind is not (EntryKind.Consumed or EntryKind.Recorded);
        var first = day.Count == day.Corrections;
        var value = standing is null ? entry.Amount : 0;
        return day with
        {
            Count = day.Count + 1,
            Corrections = day.Corrections + (correction ? 1 : 0),
            Sum = day.Sum + entry.Amount,
            Overage = day.Overage + entry.Overage,
            Cost = day.Cost + entry.Cost,
            Min = correction ? day.Min : first ? value : Math.Min(day.Min, value),
            Max = correction ? day.Max : first ? value : Math.Max(day.Max, value),
            Last = correction ? day.Last : value,
        };
    }

    private void Same((string Feature, DateOnly Day) key, DayRollup kept)
    {
        var booked = days.GetValueOrDefault(key) ?? new DayRollup { Day = kept.Day };
        if (standings.TryGetValue(key.Feature, out var standing))
        {
            Assert.Equal(standing.At(key.Day), kept.Opening);
            standing.Same(key.Day, kept.UnitSeconds);
        }

        if (standing is not null && booked.HasValue)
        {
            var (isOrdered, min, max, last) = standing.Extremes(key.Day);
            Assert.Equal(isOrdered, !kept.OutOfOrder);
            booked = booked with { Min = isOrdered ? min : kept.Min, Max = isOrdered ? max : kept.Max, Last = last };
        }

        Assert.Equal(booked, kept with { Refused = 0, ByUser = null, Opening = 0, UnitSeconds = 0, MovedAt = 0, OutOfOrder = false });
    }

    private sealed record Running(decimal Used, decimal Overage, decimal Cost);
}
