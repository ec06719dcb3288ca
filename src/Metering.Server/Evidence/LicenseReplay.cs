using System.Text.Json;
using Metering.Server.Storage;

namespace Metering.Server.Evidence;

/// <summary>
/// Follows one license's ledger rows from where its snapshot stands, or from its first entry: their chain, and what they come to. Whoever
/// verifies compares that; whoever removes rows keeps it.
/// </summary>
internal sealed class LicenseReplay
{
    private readonly ChainCheck _chain;
    private readonly EvidenceReplay _replay;

    private LicenseReplay(string licenseId, StoredSnapshot? snapshot, EvidenceSnapshot? before)
    {
        First = (snapshot?.Sequence ?? 0) + 1;
        Fault = snapshot?.Fault;
        _chain = new ChainCheck(snapshot is null ? EvidenceChain.Beginning : snapshot.Link);
        _replay = before is null ? new EvidenceReplay(licenseId) : new EvidenceReplay(before);
    }

    /// <summary>The first entry that was not removed.</summary>
    internal long First { get; }

    /// <summary>The first thing that was wrong with removed entries; null: nothing.</summary>
    internal string? Fault { get; }

    /// <summary>Whether every entry since could be replayed.</summary>
    internal bool IsWhole { get; private set; } = true;

    /// <summary>Starts where the snapshot ends, or at the first entry where there is none.</summary>
    /// <param name="store">The store.</param>
    /// <param name="license">The license's key in it.</param>
    /// <param name="licenseId">The license.</param>
    /// <param name="tell">Takes what is wrong with the snapshot.</param>
    internal static LicenseReplay Begin(Database store, long license, string licenseId, Action<string> tell)
    {
        if (Snapshots.Find(store, license) is not var (snapshot, isIntact))
        {
            return new LicenseReplay(licenseId, null, null);
        }

        if (!isIntact)
        {
            tell("its snapshot is not as it was written");
        }

        var (before, fault) = StoredText.Read(snapshot.Body, MeteringJson.Default.EvidenceSnapshot);
        if (before is null)
        {
            tell($"its snapshot cannot be read: {fault}");
        }

        return new LicenseReplay(licenseId, snapshot, before) { IsWhole = before is not null };
    }

    /// <summary>Takes the next row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="sequence">The number that its entry should have.</param>
    /// <param name="tell">Takes what is wrong with it.</param>
    internal void Take(in LedgerRow row, long sequence, Action<string> tell)
    {
        if (!_chain.Follows(row))
        {
            // An answer in a chain that is not broken is as it was written; to read each would only take time.
            if (!row.Answer.IsEmpty && StoredText.Read(row.Answer, MeteringJson.Default.Answer).Fault is { } damage)
            {
                tell($"the answer kept with entry {sequence} (ledger row {row.Id}) cannot be read: {damage}");
            }

            tell(
                $"entry {sequence} (ledger row {row.Id}) or what is remembered with it was changed, "
                + "or the entry before it was");
        }

        var (entry, fault) = StoredText.ReadEntry(row.Entry);
        if (entry is null)
        {
            tell($"entry {sequence} (ledger row {row.Id}) cannot be read: {fault}");
        }
        else if (entry.Sequence != sequence || entry.At.ToUnixTimeMilliseconds() != row.At)
        {
            tell($"ledger row {row.Id}, where entry {sequence} belongs, holds entry {entry.Sequence} of {entry.At:O}");
        }
        else
        {
            // Also when its link was wrong, which was told: a damaged link keeps nothing else from being proven.
            _replay.Add(entry);
            return;
        }

        IsWhole = false;
    }

    /// <summary>Entries are missing: what follows cannot be told from what came before.</summary>
    internal void Miss()
    {
        _chain.Miss();
        IsWhole = false;
    }

    /// <summary>Whether the chain ends with a link.</summary>
    internal bool EndsWith(ReadOnlySpan<byte> link) => _chain.EndsWith(link);

    /// <summary>Compares what the entries came to.</summary>
    /// <param name="state">The state.</param>
    /// <param name="rollups">The rollups that the store has.</param>
    /// <param name="periods">The records of closed periods that it has.</param>
    /// <param name="daysFrom">The first day whose rollups and records are kept.</param>
    /// <returns>What differs.</returns>
    internal IEnumerable<string> Compare(
        LicenseState state, IEnumerable<ClosedDay> rollups, IEnumerable<FeaturePeriod> periods, DateOnly daysFrom) =>
        _replay.Compare(state, rollups, periods, daysFrom);

    /// <summary>What the entries came to, for when they are removed.</summary>
    /// <param name="last">The last of them.</param>
    /// <param name="daysFrom">The first day whose rollups are kept.</param>
    /// <param name="fault">The first thing that was wrong with them; null: nothing.</param>
    internal StoredSnapshot Snapshot(long last, DateOnly daysFrom, string? fault) => new()
    {
        Sequence = last,
        Link = _chain.Last.ToArray(),
        Body = _replay.Snapshot(daysFrom) is { } told
            ? JsonSerializer.SerializeToUtf8Bytes(told, MeteringJson.Default.EvidenceSnapshot)
            : [],
        Fault = Fault ?? fault ?? (_replay.Differences is [var first, ..] ? first : null),
    };
}
