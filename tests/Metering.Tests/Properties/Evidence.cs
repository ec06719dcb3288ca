using System.Text.Json;

namespace Metering.Tests.Properties;

/// <summary>What a host stores of a license's evidence, as it reads it again.</summary>
internal sealed class Evidence
{
    private readonly Dictionary<(string Feature, DateOnly Day), ClosedDay> rollups = [];
    private readonly List<FeaturePeriod> periods = [];
    private LicenseState taken = null!;
    private LicenseState? stored;

    public List<LedgerEntry> Entries { get; } = [];

    public IReadOnlyCollection<ClosedDay> Rollups => rollups.Values;

    /// <summary>Records of closed periods.</summary>
    public IReadOnlyList<FeaturePeriod> Periods => periods;

    // Stored when it is asked for: most properties look at the last one alone, and it takes longer than all entries of a command.
    public LicenseState State => stored ??= Stored(taken, MeteringJson.Default.LicenseState);

    public static Evidence Of(History history)
    {
        var evidence = new Evidence();
        Playing.Run(history, (_, _, _, outcome) => evidence.Take(outcome));
        return evidence;
    }

    public void Take(Outcome outcome)
    {
        Entries.AddRange(outcome.Entries.Select(entry => Stored(entry, MeteringJson.Default.LedgerEntry)));
        foreach (var closed in outcome.ClosedDays)
        {
            rollups[(closed.FeatureCode, closed.Rollup.Day)] = closed;
        }

        if (outcome.SetBackTo is { } setBackTo)
        {
            periods.RemoveAll(record => record.IsTakenBack(setBackTo));
        }

        periods.AddRange(outcome.ClosedPeriods.Select(record => Stored(record, MeteringJson.Default.FeaturePeriod)));
        (taken, stored) = (outcome.State, null);
    }

    /// <summary>What differs between all entries and what is stored.</summary>
    public IReadOnlyList<string> Verify() => Replay().Compare(State, Rollups, Periods);

    /// <summary>What entries say of a standing level's overage comes to the meter's.</summary>
    public void AssertOverages()
    {
        foreach (var meter in State.Meters.Where(meter => meter.Feature.IsLevel))
        {
            var counted = Entries.Where(entry => entry.FeatureCode == meter.Feature.Code && entry.Day is not null);
            Assert.Equal(meter.Overage, counted.Sum(entry => entry.Overage));
        }
    }

    /// <summary>A replay of all entries.</summary>
    public EvidenceReplay Replay()
    {
        var replay = new EvidenceReplay(State.LicenseId);
        Entries.ForEach(replay.Add);
        return replay;
    }

    /// <summary>The repair that brings the license back to a time, from what is stored.</summary>
    public RepairClock RepairTo(DateTimeOffset now) => new()
    {
        Now = now,
        Closed = [.. periods.Where(record => record.IsTakenBack(now))],
        Days = [.. Rollups.OrderBy(day => day.Rollup.Day)],
    };

    public static EvidenceSnapshot Stored(EvidenceSnapshot snapshot) => Stored(snapshot, MeteringJson.Default.EvidenceSnapshot);

    private static T Stored<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, type), type)!;
}
