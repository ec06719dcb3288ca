namespace Metering.Api.Tests.Memory;

/// <summary>Meters, ledger and rollups in memory: one lock, and the domain's decisions.</summary>
internal sealed class MemoryMeters(MemoryClock clock) : ILicenseMeters, ILedger
{
    private readonly Lock _turn = new();
    private readonly Dictionary<string, LicenseState> _states = [];
    private readonly Dictionary<string, List<LedgerEntry>> _ledger = [];
    private readonly Dictionary<string, List<ClosedDay>> _days = [];
    private readonly Dictionary<(string License, string Key), (string? Hash, Answer Answer)> _seen = [];

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

    /// <summary>Runs before a command is applied; null: nothing does.</summary>
    public Func<Command, Task>? BeforeApply { get; set; }

    public int Applied { get; private set; }

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

            return Fixed ?? Apply(licenseId, command, once);
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
            var after = query.Cursor is null ? 0 : long.Parse(query.Cursor, System.Globalization.CultureInfo.InvariantCulture);
            var entries = _ledger.GetValueOrDefault(licenseId, [])
                .Where(entry => entry.Sequence > after && (query.FeatureCode is null || entry.FeatureCode == query.FeatureCode))
                .Where(entry => !(entry.At < query.From) && !(entry.At >= query.To))
                .Take(query.Limit + 1).ToList();
            var more = entries.Count > query.Limit;
            entries = entries.Take(query.Limit).ToList();
            return ValueTask.FromResult(new Page<LedgerEntry>(entries, more ? $"{entries[^1].Sequence}" : null));
        }
    }

    public ValueTask<IReadOnlyList<ClosedDay>> RollupsAsync(string licenseId, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            var open = _states[licenseId].Meters.SelectMany(meter => meter.Days.Select(day => new ClosedDay(meter.Feature.Code, day)));
            IReadOnlyList<ClosedDay> days = _days.GetValueOrDefault(licenseId, []).Concat(open)
                .Where(day => day.Rollup.Day >= from && day.Rollup.Day <= to)
                .OrderBy(day => day.Rollup.Day).ThenBy(day => day.FeatureCode, StringComparer.Ordinal).ToList();
            return ValueTask.FromResult(days);
        }
    }

    private ApplyResult Apply(string licenseId, Command command, Once? once)
    {
        foreach (var key in Keys(once))
        {
            if (_seen.TryGetValue((licenseId, key), out var first))
            {
                return first.Hash is not null && once!.BodyHash is not null && first.Hash != once.BodyHash
                    ? ApplyResult.KeyReused
                    : new ApplyResult(ApplyStatus.Replayed, first.Answer);
            }
        }

        var state = _states.GetValueOrDefault(licenseId);
        if (state is null && command is not OpenLicense)
        {
            return ApplyResult.LicenseNotFound;
        }

        Applied++;
        var outcome = LicenseMeter.Apply(state, command, clock.UtcNow);
        _states[licenseId] = outcome.State;
        Of(_ledger, licenseId).AddRange(outcome.Entries);
        Of(_days, licenseId).AddRange(outcome.ClosedDays);
        if (outcome.Answer is not Refusal)
        {
            foreach (var key in Keys(once))
            {
                _seen[(licenseId, key)] = (once!.BodyHash, outcome.Answer);
            }
        }

        return new ApplyResult(ApplyStatus.Applied, outcome.Answer);
    }

    private static IEnumerable<string> Keys(Once? once)
    {
        if (once?.Key is not null)
        {
            yield return "key:" + once.Key;
        }

        if (once?.EventId is not null)
        {
            yield return "event:" + once.EventId;
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
}
