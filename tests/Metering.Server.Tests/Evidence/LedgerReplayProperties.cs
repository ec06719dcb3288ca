using Metering.Server.Evidence;
using Metering.Tests.Properties;
using Metering.Tests.Support;

namespace Metering.Server.Tests.Evidence;

/// <summary>Rule 9: what the replay of the ledger comes to agrees with the states of any history, late use and removals included.</summary>
[Rule(9)]
public sealed class LedgerReplayProperties
{
    private const int Histories = 150;

    [Fact]
    public void Any_history_agrees_with_its_ledger() => Samples.Check(
        "replayed",
        Histories,
        History.Any,
        history =>
        {
            var replay = new LedgerReplay("lic_1");
            var closed = new List<ClosedDay>();
            var (state, _) = Playing.Run(history, (_, _, _, outcome) =>
            {
                outcome.Entries.ToList().ForEach(replay.Add);
                closed.AddRange(outcome.ClosedDays);
            });
            Assert.Empty(replay.Compare(state, closed));
        },
        history => history.Shorter());
}
