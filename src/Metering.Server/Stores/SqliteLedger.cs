using System.Text.Json;
using Metering.Server.Engine;
using Metering.Server.Evidence;
using Metering.Server.Storage;

namespace Metering.Server.Stores;

/// <summary>Reads the evidence from the store, after everything that was acknowledged has been written out to it.</summary>
internal sealed class SqliteLedger(MeterEngine engine, IMeterClock clock) : ILedger
{
    /// <summary>
    /// Most entries that are looked at for one part of a list; a filter that finds little gives a short part and a cursor.
    /// </summary>
    private const int MaxRead = 50_000;

    /// <inheritdoc/>
    public async ValueTask<Page<LedgerEntry>> EntriesAsync(string licenseId, LedgerQuery query, CancellationToken cancellationToken)
    {
        var after = query.Cursor is { } cursor ? PageCursor.ReadNumber(ListOf(licenseId), cursor) : 0;

        // What was acknowledged may still be in the journal alone, and evidence must show it (rule 9).
        await engine.FlushAsync();
        return await engine.Readers.ReadAsync(store => Entries(store, licenseId, query, after), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ClosedDay>> RollupsAsync(
        string licenseId, DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        await engine.FlushAsync();
        return await engine.Readers.ReadAsync(store => Rollups(store, licenseId, from, to), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> KeptFromAsync(string licenseId, CancellationToken cancellationToken) =>
        engine.Readers.ReadAsync(store => KeptFrom(store, licenseId), cancellationToken);

    private static string ListOf(string licenseId) => "ledger " + licenseId;

    private static DateTimeOffset? KeptFrom(Database store, string licenseId)
    {
        // Rollups go by their day, whatever license they are of; entries too, but a license's clock may have been wrong for a while.
        var days = (int)Marks.Read(store, Marks.RollupsFrom);
        var rollups = days > 0 ? new DateTimeOffset(DateOnly.FromDayNumber(days).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : default;
        var license = LedgerRows.KeyOf(store, licenseId);
        if (license is null || Snapshots.Find(store, license.Value) is not { } found)
        {
            return days > 0 ? rollups : null;
        }

        // A snapshot that can't be read is for verify to tell of.
        var (removed, _) = StoredText.Read(found.Snapshot.Body, MeteringJson.Default.EvidenceSnapshot);
        return removed?.State.LastSeen is { } last && last >= rollups ? last.AddMilliseconds(1) : rollups;
    }

    /// <inheritdoc/>
    public async ValueTask<Page<FeaturePeriod>> PeriodsAsync(
        string licenseId, PeriodQuery query, CancellationToken cancellationToken)
    {
        await engine.FlushAsync();
        var now = clock.UtcNow;
        return await engine.Readers.ReadAsync(store => Periods(store, licenseId, query, now), cancellationToken);
    }

    private Page<FeaturePeriod> Periods(Database store, string licenseId, PeriodQuery query, DateTimeOffset now)
    {
        // In one read of the store, so a period is in the state or among the records, and never in both.
        var license = LicenseStates.Find(store, licenseId, terms: null);
        return license is null
            ? new Page<FeaturePeriod>([], null)
            : query.PageOf(
                PeriodRecords.Read(store, license.Key, query, Page<FeaturePeriod>.MaxSize + 1),
                LicenseMeter.Periods(license.State, now, engine.Rules));
    }

    private static Page<LedgerEntry> Entries(Database store, string licenseId, LedgerQuery query, long after)
    {
        if (LedgerRows.KeyOf(store, licenseId) is not { } license)
        {
            return new Page<LedgerEntry>([], null);
        }

        var from = after + 1;

        // Where a license's time was set back, its entries are not in the order of their times.
        var setBack = LicenseStates.Find(store, licenseId, terms: null)?.State.SetBackAt > 0;
        if (query.From is { } since && !setBack)
        {
            from = Math.Max(from, LedgerRows.FirstAt(store, license, since));
        }

        var found = new List<LedgerEntry>();
        var last = after;
        var read = 0;
        foreach (var entry in LedgerRows.From(store, license, from))
        {
            if (entry.At >= query.To && !setBack)
            {
                break;
            }

            if (found.Count == query.Limit || read++ == MaxRead)
            {
                return new Page<LedgerEntry>(found, PageCursor.After(ListOf(licenseId), last));
            }

            last = entry.Sequence;
            if (query.Wants(entry) && (!setBack || (entry.At >= (query.From ?? entry.At) && !(entry.At >= query.To))))
            {
                found.Add(entry);
            }
        }

        return new Page<LedgerEntry>(found, null);
    }

    private static List<ClosedDay> Rollups(Database store, string licenseId, DateOnly from, DateOnly to)
    {
        var days = new SortedDictionary<(DateOnly Day, string FeatureCode), DayRollup>(
            Comparer<(DateOnly Day, string FeatureCode)>.Create((a, b) =>
                a.Day != b.Day ? a.Day.CompareTo(b.Day) : string.CompareOrdinal(a.FeatureCode, b.FeatureCode)));
        if (LicenseStates.Find(store, licenseId, terms: null) is not { } license)
        {
            return [];
        }

        var statement = store["SELECT feature, body FROM rollup WHERE license = ? AND day BETWEEN ? AND ?"]
            .Bind(1, license.Key).Bind(2, from.DayNumber).Bind(3, to.DayNumber);
        try
        {
            while (statement.Next())
            {
                var rollup = JsonSerializer.Deserialize(statement.Bytes(1), MeteringJson.Default.DayRollup)!;
                days[(rollup.Day, statement.Text(0))] = rollup;
            }
        }
        finally
        {
            statement.Reset();
        }

        // After the rows, so that the state wins: a day that a repaired clock brought back is open again, and its row has a part of it.
        foreach (var meter in license.State.Meters)
        {
            foreach (var open in meter.Days.Where(open => open.Day >= from && open.Day <= to))
            {
                days[(open.Day, meter.Feature.Code)] = open;
            }
        }

        return [.. days.Select(day => new ClosedDay(day.Key.FeatureCode, day.Value))];
    }
}
