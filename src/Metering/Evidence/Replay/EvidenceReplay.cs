using System.Collections.Frozen;

namespace Metering;

/// <summary>
/// Replays the evidence of one license, entry by entry, and says where its state, rollups, balances, grants and holds do not agree with it
/// (rule 9). Entries are replayed by their effects; nothing is decided again, so that evidence stays true when rules change. It keeps what
/// it derives and no entries, and knows nothing of where they are stored.
/// </summary>
public sealed class EvidenceReplay
{
    /// <summary>Most differences that are told of one license; a broken one would fill the screen.</summary>
    public const int MaxDifferences = 20;

    /// <summary>What is compared with no evidence, and why, by type and property.</summary>
    public static readonly FrozenDictionary<string, string> Exempt = new Dictionary<string, string>
    {
        ["LicenseState.Format"] = "says how the state is written, not what it is",
        ["LicenseState.LastSeen"] = "may lie after the last entry: a refusal moves it too, and leaves no entry",
        ["MeterState.RateNext"] = "a rate's arrival time decides for some seconds and counts nothing",
        ["MeterState.LastRate"] = "the rate to which the arrival time belongs",
        ["DayRollup.Refused"] = "refusals are tallied and leave no entry; a rollup may hold nothing else",
        ["MeterPast.DaysClosedThrough"] = "follows from the rollups, not from the ledger: a refusal lets a day close, and leaves no entry",
    }.ToFrozenDictionary();

    private readonly Differences differences;
    private readonly DerivedLicense derived;
    private readonly DateOnly daysFrom;
    private readonly Dictionary<string, DateOnly> closedThrough = new(StringComparer.Ordinal);
    private readonly byte[] link = new byte[EvidenceChain.Size];
    private readonly string licenseId;
    private bool chained;

    /// <summary>For one license, from its first entry on.</summary>
    /// <param name="licenseId">The license.</param>
    public EvidenceReplay(string licenseId)
    {
        this.licenseId = licenseId;
        differences = new Differences(licenseId);
        derived = new DerivedLicense(differences);
        EvidenceChain.Beginning.CopyTo(link);
    }

    /// <summary>For one license, from what its removed entries came to.</summary>
    /// <param name="snapshot">What they came to.</param>
    public EvidenceReplay(EvidenceSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        licenseId = snapshot.State.LicenseId;
        differences = new Differences(licenseId);
        derived = new DerivedLicense(differences, snapshot);
        daysFrom = snapshot.DaysFrom;
        if (snapshot.Link.Length == 2 * EvidenceChain.Size)
        {
            Convert.FromHexString(snapshot.Link, link, out _, out _);
            chained = true;
        }
    }

    /// <summary>How many entries were replayed.</summary>
    public long Entries { get; private set; }

    /// <summary>Number of the last entry; 0 before the first.</summary>
    public long Sequence => derived.Sequence;

    /// <summary>What was found to differ among the entries themselves, and by <see cref="Compare"/>.</summary>
    public IReadOnlyList<string> Differences => differences.List;

    /// <summary>Takes the next entry, of a host that keeps no chain.</summary>
    public void Add(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Entries++;
        derived.Add(entry);
    }

    /// <summary>Takes the next entry, with its place in the chain.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="stored">Its bytes, as they are stored.</param>
    /// <param name="digest">The digest that is stored beside it; empty where nothing was remembered with it.</param>
    /// <param name="told">The link that is stored beside it.</param>
    public void Add(LedgerEntry entry, ReadOnlySpan<byte> stored, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> told)
    {
        ArgumentNullException.ThrowIfNull(entry);
        chained = true;

        // The link is written where it was read from, which is safe: it is hashed from a copy.
        EvidenceChain.Link(link, stored, digest, link);
        if (!told.SequenceEqual(link))
        {
            differences.Add(
                $"entry {entry.Sequence} is not linked to the one before it: one of them, or what is remembered with it, was changed");

            // What comes after is linked to what is stored, so that one change is told once.
            if (told.Length == link.Length)
            {
                told.CopyTo(link);
            }
        }

        Add(entry);
    }

    /// <summary>
    /// Takes the next entry of a host that keeps one link for all entries of a command: of each but the last one, which comes with that
    /// link.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="stored">Its bytes, as they are stored.</param>
    /// <param name="digest">The digest that is stored beside it; empty where nothing was remembered with it.</param>
    public void Add(LedgerEntry entry, ReadOnlySpan<byte> stored, ReadOnlySpan<byte> digest)
    {
        chained = true;
        EvidenceChain.Link(link, stored, digest, link);
        Add(entry);
    }

    /// <summary>
    /// Compares a rollup that has left the state with what the entries came to on its day, and lets go of that: nothing counts in the day
    /// any more. So a replay of many years holds a few days of them. Not of a license whose clock was set back, where days that were closed
    /// are open again; there all rollups are for <see cref="Compare"/>.
    /// </summary>
    /// <param name="day">The rollup. The entries up to the command that closed it have been replayed.</param>
    public void Settle(ClosedDay day)
    {
        ArgumentNullException.ThrowIfNull(day);
        if (day.Rollup.Day < daysFrom)
        {
            return;
        }

        Close(day);
        if (derived.FindMeter(day.FeatureCode) is { } meter)
        {
            new RollupComparison(differences, daysFrom).Compare(day, meter.Whole);
            meter.Forget(day.Rollup.Day);
        }
        else
        {
            RollupComparison.TellUnknown(differences, day);
        }
    }

    /// <summary>As <see cref="Settle(ClosedDay)"/>, of the record of a closed period.</summary>
    /// <param name="record">The record. The entries up to the command that let it go have been replayed.</param>
    public void Settle(FeaturePeriod record)
    {
        ArgumentNullException.ThrowIfNull(record);
        new PeriodComparison(differences, daysFrom).Compare(
            [record], derived.FindMeter(record.FeatureCode)?.Settle(record) is { } told ? [told] : []);
    }

    /// <summary>Compares what the entries came to with the state, the rollups and the records of closed periods.</summary>
    /// <param name="state">The state after the last entry.</param>
    /// <param name="closedDays">Rollups of the days that have left the state, but for those that were settled.</param>
    /// <param name="closedPeriods">Records of the periods that have, but for those that were settled.</param>
    /// <param name="daysFrom">The first day whose rollups and records are kept, where that is later than the snapshot's.</param>
    /// <returns>
    /// What differs, in words for an operator, each with the license's id; at most <see cref="MaxDifferences"/>, and one that says that
    /// there are more.
    /// </returns>
    public IReadOnlyList<string> Compare(
        LicenseState state, IEnumerable<ClosedDay> closedDays, IEnumerable<FeaturePeriod> closedPeriods, DateOnly daysFrom = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(closedDays);
        ArgumentNullException.ThrowIfNull(closedPeriods);
        daysFrom = daysFrom > this.daysFrom ? daysFrom : this.daysFrom;
        var rollups = closedDays.Where(day => day.Rollup.Day >= daysFrom).ToList();
        if (derived.State(licenseId) is not { } told)
        {
            differences.Add("no entry says that the license was created");
        }
        else
        {
            rollups.ForEach(Close);
            new StateComparison(differences, closedThrough, daysFrom).Compare(state, told);
            new RollupComparison(differences, daysFrom).Compare(state, told, rollups);
            new PeriodComparison(differences, daysFrom).Compare(closedPeriods, derived.ClosedPeriods);
        }

        return differences.List;
    }

    /// <summary>What the entries that were replayed came to, so that they may be removed.</summary>
    /// <param name="daysFrom">The first day whose rollups are kept; earlier ones are told no longer.</param>
    /// <returns>What they came to; null when none of them says that the license was created, as where that one is damaged.</returns>
    public EvidenceSnapshot? Snapshot(DateOnly daysFrom)
    {
        // Of what was derived and never of the stored state, which is what the evidence has to prove.
        if (derived.State(licenseId) is not { } state)
        {
            return null;
        }

        var meters = state.Meters.Select(meter => meter with { Days = meter.Days.RemoveAll(day => day.Day < daysFrom) });
        return new EvidenceSnapshot
        {
            State = state with { Meters = [.. meters] },
            ClosedPeriods = [.. derived.ClosedPeriods.Where(record => PeriodComparison.IsKept(record, daysFrom))],
            DaysFrom = daysFrom > this.daysFrom ? daysFrom : this.daysFrom,
            Link = chained ? Convert.ToHexStringLower(link) : "",
        };
    }

    private void Close(ClosedDay day)
    {
        if (!closedThrough.TryGetValue(day.FeatureCode, out var through) || through < day.Rollup.Day)
        {
            closedThrough[day.FeatureCode] = day.Rollup.Day;
        }
    }
}
