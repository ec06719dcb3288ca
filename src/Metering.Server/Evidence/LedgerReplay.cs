namespace Metering.Server.Evidence;

/// <summary>
/// Replays the ledger of one license, entry by entry, and says where counters, rollups and balances do not agree with it (rule 9).
/// It keeps what it compares and no entries; it knows nothing of where they are stored.
/// </summary>
public sealed class LedgerReplay
{
    /// <summary>Most differences that are told of one license; a broken one would fill the screen.</summary>
    public const int MaxDifferences = 20;

    /// <summary>Closed periods of a feature that are followed; a state keeps fewer of them for late use.</summary>
    private const int MaxClosed = 2 * MeterLimits.ClosedPeriods;

    private readonly string _licenseId;
    private readonly StandingReplay _standing = new();
    private readonly Dictionary<string, Chain> _chains = new(StringComparer.Ordinal);
    private readonly Dictionary<(string FeatureCode, DateOnly Day), Sums> _days = [];
    private readonly Dictionary<string, decimal> _balances = new(StringComparer.Ordinal);
    private readonly List<string> _differences = [];
    private long? _first;
    private long _sequence;
    private DateTimeOffset _at;
    private DateOnly _truncatedUntil = DateOnly.MinValue;

    /// <summary>For one license.</summary>
    /// <param name="licenseId">The license.</param>
    public LedgerReplay(string licenseId) => _licenseId = licenseId;

    /// <summary>How many entries were replayed.</summary>
    public long Entries { get; private set; }

    /// <summary>Takes the next entry. A ledger may begin in the middle, when older entries are past their retention.</summary>
    public void Add(LedgerEntry entry)
    {
        Entries++;
        if (_first is null)
        {
            _first = entry.Sequence;
            if (_first > 1)
            {
                // Days that began before the first entry that is kept, late use included, cannot be summed.
                _truncatedUntil = DateOnly.FromDateTime(entry.At.UtcDateTime);
            }
        }
        else if (entry.Sequence != _sequence + 1)
        {
            Differ($"entry {entry.Sequence} follows {_sequence}");
        }

        if (entry.At < _at && entry.Kind != EntryKind.ClockRepaired)
        {
            Differ($"entry {entry.Sequence} is older than the one before it");
        }

        _sequence = entry.Sequence;
        _at = entry.At;
        Follow(entry);
        Sum(entry);
        _standing.Add(entry);
        if (entry.Unit is { } unit && entry.BalanceAfter is { } balance)
        {
            FollowBalance(entry, unit, balance);
        }
    }

    /// <summary>Compares what the entries came to with the state and the rollups.</summary>
    /// <param name="state">The state after the last entry.</param>
    /// <param name="closedDays">Rollups of the days that have left the state.</param>
    /// <param name="mayBeRemoved">Whether retention has removed entries of this store: then a license may have none left.</param>
    public IReadOnlyList<string> Compare(LicenseState state, IEnumerable<ClosedDay> closedDays, bool mayBeRemoved = false)
    {
        if (_first is null && mayBeRemoved)
        {
            return [];
        }

        if (state.Sequence != _sequence)
        {
            Differ($"the state is at entry {state.Sequence}, the ledger at {_sequence}");
        }

        foreach (var meter in state.Meters)
        {
            CompareMeter(meter);
        }

        foreach (var balance in state.Balances)
        {
            if (_balances.TryGetValue(balance.Unit, out var last) ? last != balance.Amount : _first == 1)
            {
                Differ($"balance {balance.Unit} is {balance.Amount}, by the ledger {last}");
            }
        }

        // A day that is open again (the clock was repaired) is told by the state; its closed form waits to be replaced.
        var days = closedDays.Concat(state.Meters.SelectMany(meter => meter.Days.Select(day => new ClosedDay(meter.Feature.Code, day))));
        var rollups = days.GroupBy(day => (day.FeatureCode, day.Rollup.Day)).Select(same => same.Last()).ToList();
        CompareDays(rollups);

        // Where a clock was repaired, a level that was told in the future stands now: its days are no longer in the order of its changes.
        foreach (var level in state.Meters.Where(meter => meter.Feature is { Kind: FeatureKind.Metered, IsLevel: true } && state.SetBackAt == 0))
        {
            var code = level.Feature.Code;
            var its = rollups.Where(day => day.FeatureCode == code).Select(day => day.Rollup);
            foreach (var difference in _standing.Compare(code, its, _truncatedUntil))
            {
                Differ(difference);
            }
        }

        return _differences;
    }

    private void Follow(LedgerEntry entry)
    {
        if (entry.FeatureCode is not { } feature || entry.Period is not { } period)
        {
            return;
        }

        if (!_chains.TryGetValue(feature, out var chain))
        {
            chain = new Chain { Used = _first == 1 ? 0 : entry.Before };
            _chains.Add(feature, chain);
        }

        if (entry.Kind == EntryKind.Recorded && period.End <= entry.At)
        {
            // Late use of a period that has ended; where that one had no use, it was closed without an entry of its own.
            var known = chain.Closed.GetValueOrDefault(period);
            Check(entry, _first == 1 || chain.Closed.ContainsKey(period) ? known.Used : entry.Before);
            chain.Close(period, new Closed(entry.After, known.Overage + entry.Overage, known.Cost + entry.Cost));
            return;
        }

        Check(entry, chain.Used);
        if (entry.Kind is EntryKind.PeriodClosed or EntryKind.UsageReset)
        {
            chain.Close(period, new Closed(entry.Before, entry.Overage, entry.Cost));
        }

        chain.Used = entry.After;
    }

    private void Check(LedgerEntry entry, decimal before)
    {
        if (entry.Before != before)
        {
            Differ($"entry {entry.Sequence} of {entry.FeatureCode} begins at {entry.Before}, the one before it ended at {before}");
        }

        var change = entry.Kind is EntryKind.Consumed or EntryKind.Recorded or EntryKind.Decremented or EntryKind.PeriodClosed
            or EntryKind.UsageReset or EntryKind.ClockRepaired
            ? entry.Amount
            : 0;
        if (entry.After != entry.Before + change)
        {
            Differ($"entry {entry.Sequence} of {entry.FeatureCode} adds {change} to {entry.Before} and ends at {entry.After}");
        }
    }

    private void Sum(LedgerEntry entry)
    {
        if (entry.Day is not { } day || entry.FeatureCode is not { } feature)
        {
            return;
        }

        var sums = _days.GetValueOrDefault((feature, day));
        _days[(feature, day)] = new Sums(
            sums.Count + 1, sums.Sum + entry.Amount, sums.Overage + entry.Overage, sums.Cost + entry.Cost);
    }

    private void FollowBalance(LedgerEntry entry, string unit, decimal after)
    {
        if (_balances.TryGetValue(unit, out var before))
        {
            var change = entry.Kind switch
            {
                EntryKind.BalanceOpened or EntryKind.BalanceToppedUp => entry.Amount,
                EntryKind.BalanceWithdrawn => -Math.Abs(entry.Amount),
                EntryKind.BalanceSuspended or EntryKind.BalanceResumed => 0,
                _ => -entry.Cost,
            };
            if (after != before + change)
            {
                Differ($"entry {entry.Sequence} changes balance {unit} by {change} from {before} and ends at {after}");
            }
        }

        _balances[unit] = after;
    }

    private void CompareMeter(MeterState meter)
    {
        var code = meter.Feature.Code;
        if (!_chains.TryGetValue(code, out var chain))
        {
            if (_first == 1 && meter.Used != 0)
            {
                Differ($"{code} stands at {meter.Used}, but nothing in the ledger counts it");
            }

            return;
        }

        if (meter.Used != chain.Used)
        {
            Differ($"{code} stands at {meter.Used}, by the ledger at {chain.Used}");
        }

        foreach (var closed in meter.Past?.Periods ?? [])
        {
            var kept = new Closed(closed.Used, closed.Overage, closed.Cost);
            if ((chain.Closed.TryGetValue(closed.Period, out var told) || _first == 1) && kept != told)
            {
                Differ($"{code} came to {kept} in the period from {closed.Period.Start:O}, by the ledger to {told}");
            }
        }
    }

    private void CompareDays(IEnumerable<ClosedDay> rollups)
    {
        var left = new Dictionary<(string FeatureCode, DateOnly Day), Sums>(_days);
        foreach (var (feature, rollup) in rollups)
        {
            left.Remove((feature, rollup.Day), out var sums);
            var found = new Sums(rollup.Count, rollup.Sum, rollup.Overage, rollup.Cost);
            if (rollup.Day > _truncatedUntil && found != sums)
            {
                Differ($"{feature} on {rollup.Day:yyyy-MM-dd}: the rollup says {found}, the ledger {sums}");
            }
        }

        foreach (var ((feature, day), sums) in left)
        {
            if (day > _truncatedUntil)
            {
                Differ($"{feature} on {day:yyyy-MM-dd}: there is no rollup, the ledger says {sums}");
            }
        }
    }

    private void Differ(string what)
    {
        if (_differences.Count < MaxDifferences)
        {
            _differences.Add($"{_licenseId}: {what}");
        }
    }

    private sealed class Chain
    {
        internal decimal Used { get; set; }

        internal Dictionary<Period, Closed> Closed { get; } = [];

        internal void Close(Period period, Closed closed)
        {
            Closed[period] = closed;
            if (Closed.Count > MaxClosed)
            {
                Closed.Remove(Closed.Keys.MinBy(known => known.End)!);
            }
        }
    }

    private readonly record struct Closed(decimal Used, decimal Overage, decimal Cost)
    {
        public override string ToString() => $"use {Used}, overage {Overage}, cost {Cost}";
    }

    private readonly record struct Sums(long Count, decimal Sum, decimal Overage, decimal Cost)
    {
        public override string ToString() => $"count {Count}, sum {Sum}, overage {Overage}, cost {Cost}";
    }
}
