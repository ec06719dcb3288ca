using System.Text.Json;
using Metering.Tests.Support;

namespace Metering.Tests.Properties;

/// <summary>A state may be stored and read at any point, and its commands may be told again.</summary>
public sealed class StoredStateProperties
{
    private const int Histories = 100;

    [Fact]
    public void Storing_the_state_between_commands_changes_no_later_outcome() => Samples.Check(
        "storing",
        Histories,
        History.Any,
        history =>
        {
            LicenseState? stored = null;
            Playing.Run(history, (_, command, now, outcome) =>
            {
                var again = LicenseMeter.Apply(stored, Read(Write(command)), now);
                var written = Write(again.State);
                Assert.Equal(Write(outcome.State), written);
                Assert.Equal(Write(outcome.Answer), Write(again.Answer));
                Assert.Equal(outcome.Entries.Select(Write), again.Entries.Select(Write));
                Assert.Equal(outcome.Signals.Select(Write), again.Signals.Select(Write));
                Assert.Equal(outcome.ClosedDays.Select(Write), again.ClosedDays.Select(Write));
                Assert.Equal(outcome.ClosedPeriods.Select(Write), again.ClosedPeriods.Select(Write));
                stored = JsonSerializer.Deserialize(written, MeteringJson.Default.LicenseState)!;
            });
        },
        history => history.Shorter());

    [Fact]
    public void Telling_the_same_commands_again_gives_the_same_state() => Samples.Check(
        "replay",
        Histories,
        History.Any,
        history =>
        {
            var told = new List<(Command Command, DateTimeOffset Now)>();
            var (end, _) = Playing.Run(history, (_, command, now, _) => told.Add((command, now)));
            var again = told.Aggregate((LicenseState?)null, (state, said) => LicenseMeter.Apply(state, said.Command, said.Now).State);
            Assert.Equal(Write(end), Write(again!));
        },
        history => history.Shorter());

    private static string Write(LicenseState state) => JsonSerializer.Serialize(state, MeteringJson.Default.LicenseState);

    private static string Write(Command command) => JsonSerializer.Serialize(command, MeteringJson.Default.Command);

    private static string Write(Answer answer) => JsonSerializer.Serialize(answer, MeteringJson.Default.Answer);

    private static string Write(LedgerEntry entry) => JsonSerializer.Serialize(entry, MeteringJson.Default.LedgerEntry);

    private static string Write(Signal signal) => JsonSerializer.Serialize(signal, MeteringJson.Default.Signal);

    private static string Write(FeaturePeriod period) => JsonSerializer.Serialize(period, MeteringJson.Default.FeaturePeriod);

    private static string Write(ClosedDay day) => day.FeatureCode + JsonSerializer.Serialize(day.Rollup, MeteringJson.Default.DayRollup);

    private static Command Read(string json) => JsonSerializer.Deserialize(json, MeteringJson.Default.Command)!;
}
