using Metering.Tests.Support;

namespace Metering.Tests.Properties;

/// <summary>A license's state, rollups, balances, grants and holds follow from its entries alone (rule 9).</summary>
public sealed class ReplayProperties
{
    private const int Histories = 400;

    [Fact]
    public void The_entries_of_any_history_come_to_its_state() => Check("replay", history =>
    {
        var evidence = new Evidence();
        EvidenceReplay? replay = null;
        Playing.Run(history, (_, _, _, outcome) =>
        {
            evidence.Take(outcome);
            replay ??= new EvidenceReplay(outcome.State.LicenseId);
            foreach (var entry in outcome.Entries)
            {
                replay.Add(Evidence.Stored(entry));
            }

            Assert.Empty(replay.Compare(Evidence.Stored(outcome.State), evidence.Rollups));
        });
    });

    private static void Check(string name, Action<History> property) =>
        Samples.Check(name, Histories, History.Any, property, history => history.Shorter());
}
