using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;

namespace Metering.Cli.Doctor;

/// <summary>The test clock: what happens next month, today.</summary>
internal static class ClockCommands
{
    private static readonly Argument<string> To = new("to")
    {
        Description = "A time (2026-12-01T00:00:00Z), or how far to advance, as an ISO 8601 duration (P1D, PT6H, P1M).",
    };

    public static Command Create() => new Command("clock", "The test clock of a meter that has one. Not for production.").With(
        new Command("show", "Shows the meter's time.").Does(async (session, stop) =>
            Show(session, await session.Admin.Service.GetTestClockAsync(stop).ConfigureAwait(false))),
        new Command("set", "Sets the clock, or advances it. For a license that has seen a later time, it stands still until then.").With(To).Does(async (session, stop) => Show(
            session,
            session.Value(To) is ['P', ..] duration
                ? await session.Admin.Service.AdvanceTestClockAsync(duration, stop).ConfigureAwait(false)
                : await session.Admin.Service.SetTestClockAsync(Time(session.Value(To)), stop).ConfigureAwait(false))));

    private static DateTimeOffset Time(string text) => DateTimeOffset.TryParse(
        text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time)
        ? time
        : throw new ToolException(ExitCode.WrongInput, $"'{text}' is neither a time such as 2026-12-01T00:00:00Z nor a duration such as P1D.");

    private static void Show(Session session, DateTimeOffset now) =>
        session.Screen.Answer(new { now }, _ => session.Screen.Say($"The meter's time is {Cells.Second(now)} UTC."));
}
