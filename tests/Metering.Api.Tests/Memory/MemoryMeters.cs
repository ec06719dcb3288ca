using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Metering.Api.Tests.Memory;

/// <summary>Meters, ledger and rollups in memory: one lock, and the domain's turns.</summary>
internal sealed class MemoryMeters(MemoryClock clock, MeterRules rules) : ILicenseMeters, ILedger
{
    private const string Ledger = "ledger";

    private readonly Lock _turn = new();
    private readonly Dictionary<string, LicenseState> _states = [];
    private readonly Dictionary<string, List<LedgerEntry>> _ledger = [];
    private readonly Dictionary<string, List<ClosedDay>> _days = [];
    private readonly Dictionary<string, List<FeaturePeriod>> _periods = [];
    private readonly Dictionary<(string License, string Name), Remembered> _seen = [];

    /// <summary>What every command is answered with instead; null: as the domain decides.</summary>
    public ApplyResult? Fixed { get; set; }

    /// <summary>Thrown by every command and read; null: none.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Thrown by every command after so many were applied; null: none.</summary>
    public (int Applied, Exception Fault)? FaultAfter
    {
        get;
        set => (field, Applied) = (value, 0);
    }

    /// <summary>From when on evidence is said to be kept; null: all of it is.</summary>
    public DateTimeOffset? KeptFrom { get; set; }

    /// <summary>Runs before a command is applied; null: nothing does.</summary>
    public Func<Command, Task>? BeforeApply { get; set; }

    public int Applied { get; private set; }

    /// <summary>The lists that came: for which license, and how many commands.</summary>
    public ConcurrentQueue<(string License, int Commands)> Lists { get; } = [];

    public async ValueTask<ImmutableArray<ApplyResult>> ApplyAsync(
        string licenseId, ImmutableArray<RequestedCommand> commands, CancellationToken cancellationToken)
    {
        ILicenseMeters.Check(commands);
        Lists.Enqueue((licenseId, commands.Length));
        var results = ImmutableArray.CreateBuilder<ApplyResult>(commands.Length);
        foreach (var (command, once) in commands)
        {
            results.Add(await TryAsync(licenseId, command, once, cancellationToken));
        }

        return results.MoveToImmutable();
    }

    public async ValueTask<ApplyResult> ApplyAsync(string licenseId, Command command, Once? once, CancellationToken cancellationToken)
    {
        if (BeforeApply is { } first)
        {
            await first(command);
        }

        lock (_turn)
        {
            if (Fault is not null)
            {
                throw Fault;
            }

            if (Applied >= FaultAfter?.Applied)
            {
                throw FaultAfter.Value.Fault;
            }

            return Fixed ?? Apply(new Submission(licenseId, command, once));
        }
    }

    private async ValueTask<ApplyResult> TryAsync(string licenseId, Command command, Once? once, CancellationToken cancellationToken)
    {
        try
        {
            return await ApplyAsync(licenseId, command, once, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            return ApplyResult.Busy;
        }
        catch (InvalidOperationException)
        {
            return ApplyResult.Failed;
        }
    }

    public ValueTask<LicenseState?> ReadAsync(string licenseId, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            return Fault is null ? ValueTask.FromResult(_states.GetValueOrDefault(licenseId)) : throw Fault;
        }
    }

    public ValueTask<Page<LedgerEntry>> EntriesAsync(string licenseId, LedgerQuery query, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            var after = query.Cursor is { } cursor ? PageCursor.ReadNumber(Ledger, cursor) : 0;
            var entries = _ledger.GetValueOrDefault(licenseId, [])
                .Where(entry => entry.Sequence > after && query.Wants(entry) && !(entry.At < query.From) && !(entry.At >= query.To))
                .Take(query.Limit + 1).ToList();
            var part = entries.Take(query.Limit).ToList();
            return ValueTask.FromResult(
                new Page<LedgerEntry>(part, entries.Count > part.Count ? PageCursor.After(Ledger, part[^1].Sequence) : null));
        }
    }

    public ValueTask<IReadOnlyList<ClosedDay>> RollupsAsync(
        string licenseId, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            var open = (_states.GetValueOrDefault(licenseId)?.Meters ?? [])
                .SelectMany(meter => meter.Days.Select(day => new ClosedDay(meter.Feature.Code, day)));
            IReadOnlyList<ClosedDay> days = _days.GetValueOrDefault(licenseId, []).Concat(open)
                .Where(day => day.Rollup.Day >= from && day.Rollup.Day <= to)
                .OrderBy(day => day.Rollup.Day).ThenBy(day => day.FeatureCode, StringComparer.Ordinal).ToList();
            return ValueTask.FromResult(days);
        }
    }

    public ValueTask<DateTimeOffset?> KeptFromAsync(string licenseId, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DateTimeOffset?>(KeptFrom);

    public ValueTask<Page<FeaturePeriod>> PeriodsAsync(string licenseId, PeriodQuery query, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            var after = query.After();
            var stored = _periods.GetValueOrDefault(licenseId, []).Where(period => query.Wants(period, after)).ToList();
            var standing = _states.GetValueOrDefault(licenseId) is { } state ? LicenseMeter.Periods(state, clock.UtcNow, rules) : [];
            return ValueTask.FromResult(query.PageOf(stored, standing));
        }
    }

    private ApplyResult Apply(Submission submission)
    {
        var licenseId = submission.LicenseId;
        var turn = Turn.Take(_states.GetValueOrDefault(licenseId), submission, new Seen(_seen, licenseId), clock.UtcNow, rules);
        if (turn is Outcome outcome)
        {
            Applied++;
            _states[licenseId] = outcome.State;
            Of(_ledger, licenseId).AddRange(outcome.Entries);
            Of(_days, licenseId).AddRange(outcome.ClosedDays);
            Of(_periods, licenseId).AddRange(outcome.ClosedPeriods);
            Remember(submission, outcome);
        }

        return turn.ToApplyResult();
    }

    private void Remember(Submission submission, Outcome outcome)
    {
        if (!outcome.IsRemembered)
        {
            return;
        }

        var remembered = new Remembered(outcome.Answer, submission.Once?.BodyHash, outcome.State.LastSeen);
        if (submission.Once?.Key is { } key)
        {
            _seen[(submission.LicenseId, Seen.OfKey(key))] = remembered;
        }

        if (submission.Once?.EventId is { } eventId)
        {
            _seen[(submission.LicenseId, Seen.OfEvent(eventId))] = remembered;
        }
    }

    private static List<T> Of<T>(Dictionary<string, List<T>> all, string licenseId)
    {
        if (!all.TryGetValue(licenseId, out var list))
        {
            list = [];
            all[licenseId] = list;
        }

        return list;
    }

    private readonly struct Seen(Dictionary<(string License, string Name), Remembered> all, string licenseId) : ITurnMemory
    {
        public static string OfKey(string key) => "key:" + key;

        public static string OfEvent(string eventId) => "event:" + eventId;

        public Remembered? FindByKey(string key) => Find(OfKey(key));

        public Remembered? FindByEvent(string eventId) => Find(OfEvent(eventId));

        private Remembered? Find(string name) => all.TryGetValue((licenseId, name), out var known) ? known : null;
    }
}
