using System.Text.Json;

namespace Metering.Tests.Properties;

/// <summary>What a host stores of a license's evidence, as it reads it again.</summary>
internal sealed class Evidence
{
    private readonly Dictionary<(string Feature, DateOnly Day), ClosedDay> rollups = [];

    public List<LedgerEntry> Entries { get; } = [];

    public IReadOnlyCollection<ClosedDay> Rollups => rollups.Values;

    public LicenseState State { get; private set; } = null!;

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

        State = Stored(outcome.State, MeteringJson.Default.LicenseState);
    }

    /// <summary>A replay of all entries.</summary>
    public EvidenceReplay Replay()
    {
        var replay = new EvidenceReplay(State.LicenseId);
        Entries.ForEach(replay.Add);
        return replay;
    }

    /// <summary>The repair that brings the license back to a time, from what is stored.</summary>
    public RepairClock RepairTo(DateTimeOffset now)
    {
        var closed = new Dictionary<string, ClosedUse>();
        foreach (var entry in Entries.Where(entry => entry.FeatureCode is not null && entry.Period?.Contains(now) == true))
        {
            if (entry.Kind == EntryKind.PeriodClosed)
            {
                closed[entry.FeatureCode!] = new ClosedUse(entry.FeatureCode!, entry.Period!, entry.Before, entry.Overage, entry.Cost);
            }
            else if (
                entry.Kind == EntryKind.Recorded && closed.TryGetValue(entry.FeatureCode!, out var before) && before.Period == entry.Period)
            {
                closed[entry.FeatureCode!] = before with
                {
                    Used = entry.After,
                    Overage = before.Overage + entry.Overage,
                    Cost = before.Cost + entry.Cost,
                };
            }
        }

        return new RepairClock { Now = now, Closed = [.. closed.Values], Days = [.. Rollups.OrderBy(day => day.Rollup.Day)] };
    }

    public static EvidenceSnapshot Stored(EvidenceSnapshot snapshot) => Stored(snapshot, MeteringJson.Default.EvidenceSnapshot);

    private static T Stored<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, type), type)!;
}
