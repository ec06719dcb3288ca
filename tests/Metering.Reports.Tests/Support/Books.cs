using System.Collections.Immutable;

namespace Metering.Reports.Tests.Support;

/// <summary>The ports of a host that keeps what licenses came to: entries, closed days and states, as they are.</summary>
internal sealed class Books : ILedger, ILicenseMeters, ILicenseDirectory
{
    private const string Ledger = "ledger";

    private readonly Dictionary<string, List<LedgerEntry>> entries = [];
    private readonly Dictionary<string, List<ClosedDay>> days = [];
    private readonly Dictionary<string, List<FeaturePeriod>> periods = [];
    private readonly Dictionary<string, LicenseState> states = [];

    /// <summary>How many pages of the ledger were asked for.</summary>
    public int Pages { get; private set; }

    public DateTimeOffset? KeptFrom { get; set; }

    /// <summary>The host's time; null: the last that a license has seen.</summary>
    public DateTimeOffset? Now { get; set; }

    public IReadOnlyCollection<LicenseState> States => states.Values;

    public ReportSources Sources => new(this, this, this, MeterRules.Default);

    public IReadOnlyList<LedgerEntry> Of(string licenseId) => entries[licenseId];

    /// <summary>Records of what a feature's periods had cost when the unit of its prices changed.</summary>
    public IEnumerable<FeaturePeriod> PartsOf(string licenseId, string featureCode) =>
        periods[licenseId].Where(period => period.IsPart && period.FeatureCode == featureCode);

    public LicenseState State(string licenseId) => states[licenseId];

    /// <summary>Puts a license in place of the one with the same id.</summary>
    public void Put(
        LicenseState state, IEnumerable<LedgerEntry> ledger, IEnumerable<ClosedDay> closed, IEnumerable<FeaturePeriod>? records = null)
    {
        periods[state.LicenseId] = [.. records ?? []];
        states[state.LicenseId] = state;
        entries[state.LicenseId] = [.. ledger];
        days[state.LicenseId] = [.. closed];
    }

    /// <summary>Changes what is kept of a license, as another version of a host may.</summary>
    public void Change(string licenseId, Func<LicenseState, LicenseState> change) => states[licenseId] = change(states[licenseId]);

    /// <summary>Brings a license back from a future, as a host does it: the records that are taken back go.</summary>
    public void RepairClock(string licenseId, DateTimeOffset now)
    {
        ImmutableArray<FeaturePeriod> taken = [.. periods[licenseId].Where(period => period.IsTakenBack(now))];
        Apply(licenseId, new RepairClock { Now = now, Closed = taken, Days = [.. days[licenseId].OrderBy(day => day.Rollup.Day)] }, now);
        periods[licenseId].RemoveAll(taken.Contains);
    }

    /// <summary>How what is kept of a license differs from what its entries come to.</summary>
    public IReadOnlyList<string> Differences(string licenseId)
    {
        var replay = new EvidenceReplay(licenseId);
        entries[licenseId].ForEach(replay.Add);
        return replay.Compare(states[licenseId], days[licenseId], periods[licenseId]);
    }

    /// <summary>Applies a command to a license.</summary>
    public Outcome Apply(string licenseId, Command command, DateTimeOffset now)
    {
        var outcome = LicenseMeter.Apply(states.GetValueOrDefault(licenseId), command, now);
        states[licenseId] = outcome.State;
        entries.TryAdd(licenseId, []);
        entries[licenseId].AddRange(outcome.Entries);
        days.TryAdd(licenseId, []);
        days[licenseId].AddRange(outcome.ClosedDays);
        periods.TryAdd(licenseId, []);
        periods[licenseId].AddRange(outcome.ClosedPeriods);
        return outcome;
    }

    public ValueTask<Page<LedgerEntry>> EntriesAsync(string licenseId, LedgerQuery query, CancellationToken cancellationToken)
    {
        Pages++;
        var after = query.Cursor is { } cursor ? PageCursor.ReadNumber(Ledger, cursor) : 0;
        var found = entries[licenseId]
            .Where(entry => entry.Sequence > after && query.Wants(entry) && !(entry.At < query.From) && !(entry.At >= query.To))
            .Take(query.Limit + 1).ToList();
        var part = found.Take(query.Limit).ToList();
        return ValueTask.FromResult(
            new Page<LedgerEntry>(part, found.Count > part.Count ? PageCursor.After(Ledger, part[^1].Sequence) : null));
    }

    public ValueTask<IReadOnlyList<ClosedDay>> RollupsAsync(
        string licenseId, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var open = states[licenseId].Meters.SelectMany(meter => meter.Days.Select(day => new ClosedDay(meter.Feature.Code, day)));
        return ValueTask.FromResult<IReadOnlyList<ClosedDay>>(
        [
            .. days[licenseId].Concat(open).Where(day => day.Rollup.Day >= from && day.Rollup.Day <= to).OrderBy(day => day.Rollup.Day)
                .ThenBy(day => day.FeatureCode, StringComparer.Ordinal),
        ]);
    }

    public ValueTask<Page<FeaturePeriod>> PeriodsAsync(string licenseId, PeriodQuery query, CancellationToken cancellationToken)
    {
        var after = query.After();
        var state = states[licenseId];
        return ValueTask.FromResult(query.PageOf(
            [.. periods.GetValueOrDefault(licenseId, []).Where(period => query.Wants(period, after))],
            LicenseMeter.Periods(state, Now ?? state.LastSeen, MeterRules.Default)));
    }

    public ValueTask<DateTimeOffset?> KeptFromAsync(string licenseId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(KeptFrom);

    public ValueTask<LicenseState?> ReadAsync(string licenseId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(states.GetValueOrDefault(licenseId));

    public ValueTask<IReadOnlyList<MetricHolder>> HoldersAsync(
        string tenantId, string featureCode, bool haveNow, int most, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<MetricHolder>>(
        [
            .. states.Values.Where(state => state.TenantId == tenantId && state.FindMeter(featureCode) is not null)
                .OrderBy(state => state.CreatedAt).ThenBy(state => state.LicenseId, StringComparer.Ordinal)
                .Select(state => new MetricHolder(state.LicenseId, state.CreatedAt, state.FindMeter(featureCode)!.Spans))
                .Where(holder => !haveNow || holder.HasNow).Take(most),
        ]);

    public ValueTask<Page<ListedLicense>> ListAsync(string? tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = cursor is null ? "" : PageCursor.Read("licenses", cursor);
        var found = states.Values.Where(state => !state.Deleted && (tenantId is null || state.TenantId == tenantId))
            .Where(state => string.CompareOrdinal(state.LicenseId, after) > 0).OrderBy(state => state.LicenseId, StringComparer.Ordinal)
            .Select(state => ListedLicense.Of(RecordOf(state), standing: null)).ToList();
        return ValueTask.FromResult(new Page<ListedLicense>(
            [.. found.Take(limit)], found.Count > limit ? PageCursor.After("licenses", found[limit - 1].Id) : null));
    }

    public ValueTask<LicenseRecord?> FindAsync(string licenseId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(states.TryGetValue(licenseId, out var state) ? RecordOf(state) : null);

    // Reports change nothing and look nobody up by key.
    public ValueTask<ImmutableArray<ApplyResult>> ApplyAsync(
        string licenseId, ImmutableArray<RequestedCommand> commands, CancellationToken cancellationToken) => throw Unasked();

    public ValueTask<LicenseRecord> AddAsync(LicenseRecord license, CancellationToken cancellationToken) => throw Unasked();

    public ValueTask<LicenseRecord> AddAsync(
        LicenseRecord license, LicenseFeatures features, KeyedAnswer? answer, CancellationToken cancellationToken) => throw Unasked();

    public ValueTask<LicenseRecord?> ChangeAsync(
        string licenseId, Func<LicenseRecord, LicenseRecord> change, CancellationToken cancellationToken) => throw Unasked();

    public ValueTask<string?> FindByKeyHashAsync(string keyHash, CancellationToken cancellationToken) => throw Unasked();

    public ValueTask<IReadOnlyList<LicenseRecord>> WalkAsync(
        string? tenantId, string? afterId, int limit, CancellationToken cancellationToken) => throw Unasked();

    public ValueTask NoteFeaturesAsync(LicenseFeatures features, CancellationToken cancellationToken) => throw Unasked();

    private static LicenseRecord RecordOf(LicenseState state) => new()
    {
        Id = state.LicenseId, TenantId = state.TenantId, KeyHash = "", CreatedAt = state.CreatedAt, Deleted = state.Deleted,
    };

    private static InvalidOperationException Unasked() => new("A report asks for this of no port.");
}
