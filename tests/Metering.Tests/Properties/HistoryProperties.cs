using Metering.Tests.Support;

namespace Metering.Tests.Properties;

/// <summary>What holds for any history of any commands, at any times.</summary>
[Rule(9)]
public sealed class HistoryProperties
{
    private const int Histories = 400;

    [Fact]
    public void Ledger_counters_and_rollups_always_agree() => Check("books", history =>
    {
        var audit = new Audit();
        Playing.Run(history, (_, _, _, outcome) => audit.Take(outcome));
    });

    [Fact]
    public void Every_part_of_a_state_is_explained() => Check("states", history =>
        Playing.Run(history, (_, _, now, outcome) => Invariants.Hold(outcome.State, now)));

    [Fact]
    public void A_level_changes_only_with_use_allowance_or_period() => Check("levels", history =>
        Playing.Run(history, (before, _, _, outcome) => Invariants.LevelsMoveWithReason(before ?? outcome.State, outcome.State)));

    [Fact]
    public void A_denying_limit_never_allows_more_than_the_allowance() => Check("allowance", history =>
        Playing.Run(history, (_, command, _, outcome) => Invariants.NoMoreThanTheAllowance(command, outcome)));

    [Fact]
    public void Credit_that_is_not_there_is_never_spent() => Check("credit", history =>
        Playing.Run(history, (before, command, _, outcome) => Invariants.NoMoreThanTheCredit(before ?? outcome.State, command, outcome)));

    private static void Check(string name, Action<History> property) =>
        Samples.Check(name, Histories, History.Any, property, history => history.Shorter());
}
