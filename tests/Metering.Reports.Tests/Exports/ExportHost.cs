using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Metering.Reports.Tests.Exports;

/// <summary>A host's ports for exports, in memory: licenses that the domain itself has brought to where they are.</summary>
internal sealed class ExportHost : ILedger, ILedgerScan, ILicenseMeters, IMeterClock
{
    private readonly SortedDictionary<string, LicenseBook> _licenses = new(StringComparer.Ordinal);

    public ExportHost() => Run = new ExportRun(Sources, Sink, Jobs, this, TimeProvider.System);

    public MemorySink Sink { get; } = new();

    public MemoryJobs Jobs { get; } = new();

    public ExportRun Run { get; }

    public DateTimeOffset UtcNow { get; set; } = DateTimeOffset.Parse("2026-11-01T00:00:00Z");

    public DateTimeOffset? KeptFrom { get; set; }

    public bool IsTestClock => true;

    public MeterRules Rules { get; set; } = MeterRules.Default;

    public ExportSources Sources => new(
        new WalkedDirectory(() => _licenses.Values.Select(book => book.Record)), this, this, this, Rules);

    /// <summary>Applies a command now; the license is made by its first.</summary>
    public Outcome Apply(string licenseId, Command command, string tenantId = "acme")
    {
        if (!_licenses.TryGetValue(licenseId, out var book))
        {
            book = _licenses[licenseId] = new LicenseBook(
                new LicenseRecord { Id = licenseId, TenantId = tenantId, KeyHash = "", CreatedAt = UtcNow });
        }

        return book.Apply(command, UtcNow);
    }

    public void Delete(string licenseId) => _licenses[licenseId].Record = _licenses[licenseId].Record with { Deleted = true };

    public IEnumerable<LedgerEntry> Entries(string licenseId) => _licenses[licenseId].Entries;

    /// <summary>Damages what is kept, as nobody should.</summary>
    public void Tamper(string licenseId, int index, Func<LedgerEntry, LedgerEntry> change) =>
        _licenses[licenseId].Entries[index] = change(_licenses[licenseId].Entries[index]);

    /// <summary>Damages the records of periods, as nobody should.</summary>
    public void TamperPeriod(string licenseId, int index, Func<FeaturePeriod, FeaturePeriod> change) =>
        _licenses[licenseId].Periods[index] = change(_licenses[licenseId].Periods[index]);

    /// <summary>Runs an export to its end.</summary>
    public async Task<ExportJob> ExportAsync(ExportOrder order, string? id = null)
    {
        id ??= $"exp_{Jobs.Count + 1:D3}";
        await Jobs.AddAsync(new ExportJob { Id = id, Order = order, CreatedAt = UtcNow }, default);
        return (await Run.RunAsync(id, default))!;
    }

    public async Task<ExportManifest> ManifestAsync(ExportJob job) =>
        await ManifestFiles.ReadAsync((await Sink.OpenAsync(ExportNames.Manifest(job.File!.Name), default))!, default);

    public async Task<(ExportFindings Findings, List<string> Told)> CheckAsync(ExportJob job)
    {
        var told = new List<string>();
        var check = new ExportCheck(Sources, told.Add);
        return (await check.RunAsync((await Sink.OpenAsync(job.File!.Name, default))!, await ManifestAsync(job), default), told);
    }

    public async IAsyncEnumerable<LedgerPart> ReadAsync(
        IReadOnlyList<string> licenseIds, ExportSpan span, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var id in licenseIds)
        {
            var first = id == licenseIds[0] ? after + 1 : 0;
            foreach (var part in _licenses[id].Entries
                .Where(entry => entry.Sequence >= first && entry.At >= span.From && entry.At < span.To).Chunk(3))
            {
                yield return new LedgerPart(id, part, LinkOf(id, part[^1].Sequence));
            }
        }
    }

    public ValueTask<DateTimeOffset?> KeptFromAsync(CancellationToken cancellationToken) => ValueTask.FromResult(KeptFrom);

    public ValueTask<IReadOnlyList<ClosedDay>> RollupsAsync(
        string licenseId, DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<ClosedDay>>(
        [
            .. _licenses[licenseId].Days().Where(day => day.Rollup.Day >= from && day.Rollup.Day <= to)
                .OrderBy(day => day.Rollup.Day).ThenBy(day => day.FeatureCode, StringComparer.Ordinal),
        ]);

    public ValueTask<Page<LedgerEntry>> EntriesAsync(string licenseId, LedgerQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    ValueTask<DateTimeOffset?> ILedger.KeptFromAsync(string licenseId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(KeptFrom);

    public ValueTask<Page<FeaturePeriod>> PeriodsAsync(
        string licenseId, PeriodQuery query, CancellationToken cancellationToken)
    {
        var after = query.After();
        return ValueTask.FromResult(query.PageOf(
            [.. _licenses[licenseId].Periods.Where(period => query.Wants(period, after))],
            LicenseMeter.Periods(_licenses[licenseId].State!, UtcNow, Rules)));
    }

    public ValueTask<LicenseState?> ReadAsync(string licenseId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_licenses[licenseId].State);

    public ValueTask<ImmutableArray<ApplyResult>> ApplyAsync(
        string licenseId, ImmutableArray<RequestedCommand> commands, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask SetAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        UtcNow = now;
        return ValueTask.CompletedTask;
    }

    private byte[] LinkOf(string id, long sequence)
    {
        var link = EvidenceChain.Beginning.ToArray();
        foreach (var entry in _licenses[id].Entries.TakeWhile(entry => entry.Sequence <= sequence))
        {
            EvidenceChain.Link(link, JsonSerializer.SerializeToUtf8Bytes(entry, MeteringJson.Default.LedgerEntry), [], link);
        }

        return link;
    }

    private sealed class LicenseBook(LicenseRecord record)
    {
        private readonly List<ClosedDay> _closed = [];
        public LicenseRecord Record { get; set; } = record;

        public List<LedgerEntry> Entries { get; } = [];

        public List<FeaturePeriod> Periods { get; } = [];

        public LicenseState? State { get; private set; }

        public Outcome Apply(Command command, DateTimeOffset now)
        {
            var outcome = LicenseMeter.Apply(State, command, now);
            State = outcome.State;
            Entries.AddRange(outcome.Entries);
            _closed.AddRange(outcome.ClosedDays);
            Periods.AddRange(outcome.ClosedPeriods);
            return outcome;
        }

        public IEnumerable<ClosedDay> Days() =>
            _closed.Concat(State!.Meters.SelectMany(meter => meter.Days.Select(day => new ClosedDay(meter.Feature.Code, day))));
    }
}
