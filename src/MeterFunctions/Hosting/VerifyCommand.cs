using System.CommandLine;
using Azure;
using Azure.Data.Tables;
using Azure.Identity;
using MeterFunctions.Evidence;
using MeterFunctions.Storage;
using Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using CliCommand = System.CommandLine.Command;

namespace MeterFunctions.Hosting;

/// <summary>
/// <c>verify</c>: proves what the tables say (rule 9), without the Functions host, a task hub or an Event Hub. It reads and writes nothing,
/// so it may run while the app does.
/// </summary>
internal sealed class VerifyCommand(TextWriter output, TextWriter progress, Action<IServiceCollection> services)
{
    /// <summary>The word by which it is called.</summary>
    public const string Name = "verify";

    /// <summary>All was looked at, and agrees.</summary>
    public const int Agrees = 0;

    /// <summary>All was looked at, and something differs.</summary>
    public const int Differs = 1;

    /// <summary>Not all was looked at. What was found until then is told.</summary>
    public const int NotDone = 2;

    // Longer than a request to the storage takes to be given up.
    private static readonly TimeSpan MaxStopping = TimeSpan.FromSeconds(35);

    private static readonly Option<string> From = new("--from")
    {
        Description = "Where an earlier run ended: the cursor that it printed.",
    };

    private static readonly Option<string> License = new("--license")
    {
        Description = "The id of a license: only this one is looked at.",
    };

    private static readonly Option<string> Settings = new("--settings")
    {
        Description = $"A file in the form of {LocalSettings.FileName}; without it, the one beside the app, if there is one. What the environment sets comes first.",
    };

    /// <summary>Does what a command line asks, and tells of arguments that are wrong.</summary>
    /// <param name="args">The command line, with the command's name.</param>
    /// <param name="cancellationToken">Ends it, as Ctrl+C does.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellationToken = default)
    {
        var verify = new CliCommand(
            Name,
            "Derives every license from its evidence and compares it with what the tables have. It only reads; the app may be running. "
            + "Exits with 1 if anything differs, with 2 if not all could be looked at.")
        {
            From, License, Settings,
        };
        verify.Validators.Add(result =>
        {
            if (result.GetValue(From) is not null && result.GetValue(License) is not null)
            {
                result.AddError("--from goes on with all licenses, and --license is for one: give one of the two.");
            }
        });
        verify.SetAction((result, stop) => VerifyAsync(
            result.GetValue(From), result.GetValue(License), result.GetValue(Settings), stop));
        var parsed = new RootCommand("Commands of the meter's Functions app.") { verify }.Parse(args);
        var code = await parsed.InvokeAsync(
            new InvocationConfiguration
            {
                Output = output,
                Error = progress,
                ProcessTerminationTimeout = MaxStopping,

                // A fault of ours ends the process as one; it is not a difference.
                EnableDefaultExceptionHandler = false,
            },
            cancellationToken).ConfigureAwait(false);
        return parsed.Errors.Count == 0 ? code : NotDone;
    }

    private async Task<int> VerifyAsync(string? from, string? license, string? settings, CancellationToken stop)
    {
        VerificationReport? report = null;
        try
        {
            var (configuration, file) = LocalSettings.Read(settings);
            await progress.WriteLineAsync(file is null ? "Settings: the environment." : $"Settings: the environment, then {file}.")
                .ConfigureAwait(false);
            var place = from is null ? VerificationPlace.Beginning : VerificationPlace.Read(from);
            await using var provider = Services(configuration);
            await OpenAsync(provider).ConfigureAwait(false);
            report = new VerificationReport(output, progress, provider.GetRequiredService<TimeProvider>(), place);
            if (license is null)
            {
                await RunAsync(provider.GetRequiredService<Verification>(), place, report, stop).ConfigureAwait(false);
            }
            else if (await provider.GetRequiredService<LicenseLook>().OneAsync(license, report.Followed, stop)
                .ConfigureAwait(false) is { } one)
            {
                report.Tell(one);
            }
            else
            {
                throw new FormatException($"There is no license {license}.");
            }

            report.TellEnd();
            return report.Unfollowed > 0 ? NotDone : report.Differences > 0 ? Differs : Agrees;
        }
        catch (OptionsValidationException wrong)
        {
            return await EndAsync(string.Join(Environment.NewLine, wrong.Failures), null).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return await EndAsync("Stopped.", license is null ? report : null).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is StoreUnavailableException or RequestFailedException or AuthenticationFailedException
            or InvalidDataException or IOException or UnauthorizedAccessException or FormatException)
        {
            return await EndAsync(fault.Message, license is null ? report : null).ConfigureAwait(false);
        }
    }

    private static async Task OpenAsync(ServiceProvider provider)
    {
        MeterTables tables;
        try
        {
            tables = provider.GetRequiredService<MeterTables>();
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or ArgumentException)
        {
            throw new FormatException(wrong.Message, wrong);
        }

        await tables.MakeAsync().ConfigureAwait(false);
    }

    private static async Task RunAsync(
        Verification verification, VerificationPlace place, VerificationReport report, CancellationToken stop)
    {
        await foreach (var step in verification.StepsAsync(place, report.Followed, stop).ConfigureAwait(false))
        {
            report.Tell(step);
        }
    }

    private async Task<int> EndAsync(string why, VerificationReport? report)
    {
        await progress.WriteLineAsync(why).ConfigureAwait(false);
        if (report is not null)
        {
            await progress.WriteLineAsync(
                $"Until then: {Counted.Of(report.Differences, "difference", "differences")} in {report.Seen}. Go on with: "
                + $"{Name} --from {report.Place}").ConfigureAwait(false);
        }

        return NotDone;
    }

    private ServiceProvider Services(IConfiguration configuration)
    {
        var all = new ServiceCollection().AddLogging().AddSingleton(configuration).AddMeterFunctions(configuration)
            .AddSingleton(provider => new MeterTables(
                configuration, provider.GetRequiredService<IOptions<FunctionsOptions>>(), provider.GetRequiredService<StorageTime>())
            {
                ReadsOnly = true,
            });
        services(all);
        return all.BuildServiceProvider();
    }
}
