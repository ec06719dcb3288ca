using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Spectre.Console;

namespace Metering.Cli.Evidence;

/// <summary>Whether a license's counters agree with its ledger, as far as that can be seen over the API.</summary>
internal static class VerifyCommand
{
    private const string Deeper =
        "This reads the ledger over the API. The full check, with the chain of hashes, runs on the host where the data is: "
        + "'dotnet Metering.Server.dll verify' or 'dotnet MeterFunctions.dll verify'.";

    private static readonly Argument<string[]> Licenses = new("license")
    {
        Description = "Licenses (default: all of them, or those of --tenant).", Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string> Tenant = new("--tenant", "-t") { Description = "Only this customer's.", HelpName = "id" };

    public static Command Create() => new Command(
        "verify", "Adds up the ledgers of licenses and compares them with the meter's counters. Exits with 1 if anything differs.")
        .With(Licenses, Tenant)
        .Answers(VerifyAsync);

    private static async Task<int> VerifyAsync(Session session, CancellationToken stop)
    {
        var (licenses, entries, different) = (0, 0L, 0);
        await foreach (var license in IdsAsync(session, stop).ConfigureAwait(false))
        {
            var found = await LedgerWalk.CheckAsync(session.Admin, license, stop).ConfigureAwait(false);
            licenses++;
            entries += found.Entries;
            different += found.Differences.Count == 0 ? 0 : 1;
            if (session.Screen.IsJson)
            {
                session.Screen.Line(new { license_id = license, found.Entries, found.Differences });
                continue;
            }

            foreach (var difference in found.Differences)
            {
                session.Screen.Show(new Text($"{license}: {difference}\n", new Style(Color.Red)));
            }
        }

        if (!session.Screen.IsJson)
        {
            session.Screen.Say($"{Cells.Count(licenses, "license")} with {Cells.Count(entries, "entry", "entries")}: "
                + (different == 0 ? "everything agrees." : $"{Cells.Count(different, "license")} differ."));
            session.Screen.Note(Deeper);
        }

        return different == 0 ? ExitCode.Done : ExitCode.Refused;
    }

    private static IAsyncEnumerable<string> IdsAsync(Session session, CancellationToken stop) =>
        session.Value(Licenses) is { Length: > 0 } named
            ? named.ToAsyncEnumerable()
            : session.Admin.Licenses.ListAsync(session.Value(Tenant), stop).Select(license => license.Id);
}
