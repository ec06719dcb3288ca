using System.Text.Json;

namespace Metering.Tests.Properties;

/// <summary>What a host stores of a license's evidence, as it reads it again.</summary>
internal sealed class Evidence
{
    private readonly Dictionary<(string Feature, DateOnly Day), ClosedDay> rollups = [];

    public List<LedgerEntry> Entries { get; } = [];

    public IEnumerable<ClosedDay> Rollups => rollups.Values;

    public LicenseState State { get; private set; } = null!;

    public void Take(Outcome outcome)
    {
        Entries.AddRange(outcome.Entries.Select(Stored));
        foreach (var closed in outcome.ClosedDays)
        {
            rollups[(closed.FeatureCode, closed.Rollup.Day)] = closed;
        }

        State = outcome.State;
    }

    /// <summary>What differs when all of it is replayed.</summary>
    public IReadOnlyList<string> Verify()
    {
        var replay = new EvidenceReplay(State.LicenseId);
        Entries.ForEach(replay.Add);
        return replay.Compare(Stored(State), Rollups);
    }

    public static LedgerEntry Stored(LedgerEntry entry) =>
        JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(entry, MeteringJson.Default.LedgerEntry), MeteringJson.Default.LedgerEntry)!;

    public static LicenseState Stored(LicenseState state) =>
        JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(state, MeteringJson.Default.LicenseState), MeteringJson.Default.LicenseState)!;

    public static EvidenceSnapshot Stored(EvidenceSnapshot snapshot) =>
        JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(snapshot, MeteringJson.Default.EvidenceSnapshot), MeteringJson.Default.EvidenceSnapshot)!;
}
