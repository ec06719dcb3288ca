using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Spectre.Console;

namespace Metering.Cli.Exports;

/// <summary>Whether a file that was fetched is what was exported, and agrees with the meter.</summary>
internal static class VerifyExportCommand
{
    private static readonly Argument<string> Path = new("file") { Description = "The file; its manifest must be next to it." };

    public static Command Create() => new Command(
        "verify-export",
        "Compares a downloaded file with its manifest, and the rows of ledger and usage with the meter. Exits with 1 if anything differs.")
        .With(Path)
        .Answers(VerifyAsync);

    private static async Task<int> VerifyAsync(Session session, CancellationToken stop)
    {
        var path = session.Value(Path);
        if (!File.Exists(path))
        {
            throw new ToolException(ExitCode.WrongInput, $"There is no file {path}.");
        }

        var manifest = ExportCheck.Manifest(path);
        var check = new ExportCheck(session.Admin, manifest);
        var (rows, differences) = await check.RunAsync(path, stop).ConfigureAwait(false);
        // Late use may have come to a provisional span. A ledger entry never changes, and neither does a file.
        var isFault = manifest.State != "provisional" || manifest.Report == "ledger" || check.IsDamaged;
        session.Screen.Answer(new { file = path, manifest.Report, manifest.State, rows, compared = check.ComparesRows, differences }, _ =>
        {
            foreach (var difference in differences)
            {
                session.Screen.Show(new Text(difference + "\n", new Style(isFault ? Color.Red : Color.Yellow)));
            }

            session.Screen.Say(differences.Count == 0
                ? $"{path}: {Cells.Number(rows)} rows, as its manifest says" + (check.ComparesRows ? ", and as the meter has them." : ".")
                : isFault ? $"{path} differs." : $"{path} is provisional: what differs may have come late, and is in the final export.");
            if (!check.ComparesRows)
            {
                session.Screen.Note($"Rows of a {manifest.Report} report in {manifest.Format} are compared on the host, where the data is: its command verify-export.");
            }
        });
        return differences.Count == 0 || !isFault ? ExitCode.Done : ExitCode.Refused;
    }
}
