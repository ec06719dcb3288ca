using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Metering.Tests.Support;

namespace Metering.Tests.Properties;

/// <summary>A license's state, rollups, balances, grants and holds follow from its entries alone, and nothing else does (rule 9).</summary>
[Rule(9)]
public sealed class ReplayProperties
{
    private const int Histories = 125;
    private const int FewHistories = 40;

    [Fact]
    public void The_entries_of_any_history_come_to_its_state() => Check("replay", Histories, history =>
    {
        var evidence = new Evidence();
        EvidenceReplay? replay = null;
        var told = 0;
        Playing.Run(history, (_, _, _, outcome) =>
        {
            evidence.Take(outcome);
            replay ??= new EvidenceReplay(outcome.State.LicenseId);
            evidence.Entries[told..].ForEach(replay.Add);
            told = evidence.Entries.Count;
            Assert.Empty(replay.Compare(evidence.State, evidence.Rollups, evidence.Periods));
        });
    });

    [Fact]
    public void Rollups_may_be_settled_as_they_leave_the_state() => Check("settled", Histories, history =>
    {
        var evidence = new Evidence();
        EvidenceReplay? replay = null;
        var told = 0;
        Playing.Run(history, (_, _, _, outcome) =>
        {
            evidence.Take(outcome);
            replay ??= new EvidenceReplay(outcome.State.LicenseId);
            evidence.Entries[told..].ForEach(replay.Add);
            told = evidence.Entries.Count;
            outcome.ClosedDays.ToList().ForEach(replay.Settle);
            outcome.ClosedPeriods.ToList().ForEach(replay.Settle);
        });

        Assert.Empty(replay!.Compare(evidence.State, [], []));
    });

    [Fact]
    public void A_replay_may_begin_with_a_snapshot_at_any_entry() => Check("snapshots", Histories, history =>
    {
        var evidence = Evidence.Of(history);
        var cut = 1 + (history.Seed % evidence.Entries.Count);
        var first = new EvidenceReplay(evidence.State.LicenseId);
        evidence.Entries[..cut].ForEach(first.Add);

        // The rollups of days whose entries are removed are removed too.
        var daysFrom = DateOnly.FromDateTime(evidence.Entries[cut - 1].At.UtcDateTime).AddDays(-2);
        var second = new EvidenceReplay(Evidence.Stored(first.Snapshot(daysFrom)!));
        evidence.Entries[cut..].ForEach(second.Add);
        var kept = evidence.Rollups.Where(day => day.Rollup.Day >= daysFrom).ToList();

        Assert.Empty(second.Compare(evidence.State, kept, evidence.Periods.Where(record => record.Period.End >= Days(daysFrom))));
        Assert.Equal(evidence.Entries.Count - cut, second.Entries);

        // What a snapshot's successor comes to does not depend on where the first was cut.
        var whole = evidence.Replay().Snapshot(daysFrom)!;
        Assert.Equal(Text(whole), Text(second.Snapshot(daysFrom)!));
    });

    [Fact]
    public void A_clock_that_was_repaired_leaves_evidence_that_agrees() => Check("repairs", Histories, history =>
    {
        var evidence = new Evidence();
        var now = Playing.Run(history, (_, _, _, outcome) => evidence.Take(outcome)).Now;
        now = now > evidence.State.LastSeen ? now : evidence.State.LastSeen;
        var jump = now.AddHours(1 + (history.Seed % 2000));
        Playing.Continue(evidence.State, jump, history.Steps[..(history.Steps.Length / 2)], (_, _, _, outcome) => evidence.Take(outcome));
        if (evidence.State.LastSeen > now)
        {
            evidence.Take(LicenseMeter.Apply(evidence.State, evidence.RepairTo(now), now));
        }

        Assert.Empty(evidence.Verify());
        evidence.AssertOverages();
        Playing.Continue(evidence.State, now, history.Steps[(history.Steps.Length / 2)..], (_, _, _, outcome) => evidence.Take(outcome));
        Assert.Empty(evidence.Verify());
        evidence.AssertOverages();
    });

    [Fact]
    public void A_deleted_license_agrees_with_its_evidence() => Check("deleted", FewHistories, history =>
    {
        var evidence = Evidence.Of(history);
        var now = evidence.State.LastSeen.AddHours(history.Seed % 50);
        evidence.Take(LicenseMeter.Apply(evidence.State, new ChangeLicense { Deleted = true }, now));
        evidence.Take(LicenseMeter.Apply(evidence.State, new RecordUse { FeatureCode = "calls" }, now.AddDays(3)));

        Assert.True(evidence.State.Deleted);
        Assert.Empty(evidence.Verify());
    });

    [Fact]
    public void A_state_moves_only_with_an_entry() => Check("moves", Histories, history =>
        Playing.Run(history, (before, _, _, outcome) =>
        {
            if (before is not null && outcome.Entries.IsEmpty)
            {
                Assert.Empty(outcome.Signals);
                Assert.Equal(Evident(before), Evident(outcome.State));
            }
        }));

    [Fact]
    public void Each_change_of_a_state_or_a_rollup_is_found()
    {
        var planted = new HashSet<string>();
        Check("planted", FewHistories, history =>
        {
            var evidence = Evidence.Of(history);
            var snapshot = evidence.Replay().Snapshot(DateOnly.MinValue)!;
            foreach (var (name, state, rollups, periods) in Planting.Of(evidence.State, [.. evidence.Rollups], [.. evidence.Periods]))
            {
                var found = new EvidenceReplay(snapshot).Compare(state, rollups, periods);
                planted.Add(name);
                Assert.True(found.Count > 0 || EvidenceReplay.Exempt.ContainsKey(name), $"{name} was changed, and nothing was found");
            }
        });

        var unplanted = Planting.Properties.Except(planted).Order(StringComparer.Ordinal);
        Assert.Empty(unplanted);
    }

    [Fact]
    public void A_changed_lost_inserted_or_moved_entry_is_found() => Check("tampering", FewHistories, history =>
    {
        var evidence = Evidence.Of(history);
        var random = new Random(history.Seed);
        var chain = new ChainedEntries(evidence.Entries);
        Assert.Empty(chain.Replay().Compare(evidence.State, evidence.Rollups, evidence.Periods));
        for (var i = 0; i < 10; i++)
        {
            var at = random.Next(evidence.Entries.Count);
            var tampered = chain.Tampered(random, at);
            Assert.NotEmpty(tampered.Replay().Compare(evidence.State, evidence.Rollups, evidence.Periods));
        }
    });

    // A state without what moves without evidence.
    private static string Evident(LicenseState state) => JsonSerializer.Serialize(
        state with
        {
            LastSeen = default,
            Meters = [.. state.Meters.Select(meter => meter with { Days = [], Past = Evident(meter.Past) })],
        },
        MeteringJson.Default.LicenseState);

    private static MeterPast? Evident(MeterPast? past) =>
        past is null || (past with { DaysClosedThrough = null }).IsEmpty ? null : past with { DaysClosedThrough = null };

    private static DateTimeOffset Days(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static string Text(EvidenceSnapshot snapshot)
    {
        var state = snapshot.State;
        var sorted = state with
        {
            Meters =
            [
                .. state.Meters.Select(
                    meter => meter with { Readings = null, Past = meter.Past is { } past ? past with { Removed = null } : null })
            ],
        };
        return JsonSerializer.Serialize(snapshot with { State = sorted }, MeteringJson.Default.EvidenceSnapshot);
    }

    private static void Check(string name, int histories, Action<History> property) =>
        Samples.Check(name, histories, History.Any, property, history => history.Shorter());
}
