using System.CommandLine;
using MeterFunctions.Evidence;
using Metering;
using Microsoft.Extensions.DependencyInjection;
using CliCommand = System.CommandLine.Command;

namespace MeterFunctions.Hosting;

/// <summary>
/// <c>verify</c>: proves what the tables say (rule 9), without the Functions host, a task hub or an Event Hub. It reads and writes nothing,
/// so it may run while the app does.
/// </summary>
internal static class VerifyCommand
{
    private const string Name = "verify";

    private static readonly Option<string> From = new("--from")
    {
        Description = "Where an earlier run ended: the cursor that it printed.",
    };

    private static readonly Option<string> License = new("--license")
    {
        Description = "The id of a license: only this one is looked at.",
    };

    /// <summary>Its arguments, and what it does with them on the services that <paramref name="line"/> opens.</summary>
    public static CliCommand Create(CommandLine line)
    {
        var verify = new CliCommand(
            Name,
            "Derives every license from its evidence and compares it with what the tables have. It only reads; the app may be running. "
            + "Exits with 1 if anything differs, with 2 if not everything could be checked.")
        {
            From, License,
        };
        verify.Validators.Add(result =>
        {
            if (result.GetValue(From) is not null && result.GetValue(License) is not null)
            {
                result.AddError("--from goes on with all licenses, and --license is for one: give one of the two.");
            }
        });
        verify.SetAction((result, stop) =>
        {
            VerificationReport? report = null;
            var (from, license) = (result.GetValue(From), result.GetValue(License));
            return line.RunAsync(
                result,
                async services =>
                {
                    var place = from is null ? VerificationPlace.Beginning : VerificationPlace.Read(from);
                    report = new VerificationReport(line.Output, line.Progress, services.GetRequiredService<TimeProvider>(), place);
                    return await VerifyAsync(services, place, license, report, stop).ConfigureAwait(false);
                },
                () => license is null && report is not null ? TellPlaceAsync(line.Progress, report) : Task.CompletedTask,
                stop);
        });
        return verify;
    }

    private static async Task<int> VerifyAsync(
        IServiceProvider services, VerificationPlace place, string? license, VerificationReport report, CancellationToken stop)
    {
        if (license is null)
        {
            await foreach (var step in services.GetRequiredService<Verification>().StepsAsync(place, report.Followed, stop)
                .ConfigureAwait(false))
            {
                report.Tell(step);
            }
        }
        else if (await services.GetRequiredService<LicenseLook>().OneAsync(license, report.Followed, stop)
            .ConfigureAwait(false) is { } one)
        {
            report.Tell(one);
        }
        else
        {
            throw new FormatException($"There is no license {license}.");
        }

        report.TellEnd();
        return report.Unfollowed > 0 ? CommandLine.NotDone : report.Differences > 0 ? CommandLine.Differs : CommandLine.Agrees;
    }

    private static Task TellPlaceAsync(TextWriter progress, VerificationReport report) => progress.WriteLineAsync(
        $"Until then: {Counted.Of(report.Differences, "difference", "differences")} in {report.Seen}. Go on with: {Name} --from {report.Place}");
}
