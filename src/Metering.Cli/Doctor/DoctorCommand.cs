using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Spectre.Console;

namespace Metering.Cli.Doctor;

/// <summary>What is wrong with a setup, in words.</summary>
internal static class DoctorCommand
{
    private static readonly Option<string[]> Queues = new("--queue")
    {
        Description = "Also check the queue directory of software that uses the client: what waits, what was rejected, whether it is damaged.",
        HelpName = "folder",
    };

    public static Command Create() => new Command(
        "doctor", "Says what is wrong with this setup, and what to do. Exits with 1 if something is wrong, with 3 if the meter can't be reached.")
        .With(Queues)
        .Answers(LookAsync);

    private static async Task<int> LookAsync(Session session, CancellationToken stop)
    {
        var examination = new Examination(session);
        foreach (var queue in session.Value(Queues) ?? [])
        {
            examination.LookAtQueue(queue);
        }

        await examination.RunAsync(stop).ConfigureAwait(false);
        session.Screen.Answer(new { findings = examination.Findings }, told =>
        {
            foreach (var finding in told.findings)
            {
                Show(session.Screen, finding);
            }

            var wrong = told.findings.Count(one => one.Status == FindingStatus.Wrong);
            var warnings = told.findings.Count(one => one.Status == FindingStatus.Warning);
            session.Screen.Say(wrong + warnings == 0 ? "No problems found." : $"{wrong} wrong, {warnings} to look at.");
        });
        return examination.IsUnreachable ? ExitCode.Unreachable
            : examination.Findings.Any(one => one.Status == FindingStatus.Wrong) ? ExitCode.Refused
            : ExitCode.Done;
    }

    private static void Show(Screen screen, Finding finding)
    {
        var (mark, color) = finding.Status switch
        {
            FindingStatus.Ok => ("✓", Color.Green),
            FindingStatus.Warning => ("!", Color.Yellow),
            _ => ("✗", Color.Red),
        };
        screen.Show(new Paragraph().Append(mark + " ", new Style(color)).Append($"{finding.Check}: {finding.Detail}\n"));
        if (finding.Advice is { } advice)
        {
            screen.Say($"    {advice}");
        }
    }
}
