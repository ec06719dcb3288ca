using System.CommandLine;
using Azure;
using Azure.Identity;
using MeterFunctions.Storage;
using Metering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Hosting;

/// <summary>
/// What the app does when it is called by a command, without the Functions host: each command reads the settings and the tables, and writes
/// nothing.
/// </summary>
/// <param name="output">Takes what is found.</param>
/// <param name="progress">Takes what a command says of itself.</param>
/// <param name="services">Replaces services.</param>
internal sealed class CommandLine(TextWriter output, TextWriter progress, Action<IServiceCollection> services)
{
    /// <summary>All was looked at, and agrees.</summary>
    public const int Agrees = 0;

    /// <summary>All was looked at, and something differs.</summary>
    public const int Differs = 1;

    /// <summary>Not all was looked at. What was found until then is told.</summary>
    public const int NotDone = 2;

    // Longer than a request to the storage takes to be given up.
    private static readonly TimeSpan MaxStopping = TimeSpan.FromSeconds(35);

    private static readonly Option<string> Settings = new("--settings")
    {
        Description = $"A file in the form of {LocalSettings.FileName}; without it, the one beside the app, if there is one. "
            + "The environment wins.",
        Recursive = true,
    };

    /// <summary>Takes what a command finds.</summary>
    public TextWriter Output => output;

    /// <summary>Takes what a command says of itself.</summary>
    public TextWriter Progress => progress;

    /// <summary>Whether a command line names a command; without one, the app is the Functions host's.</summary>
    // The host passes options only.
    public static bool IsCommand(string[] args) => args is [[not '-', ..], ..];

    /// <summary>Does what a command line asks, and tells of arguments that are wrong.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="cancellationToken">Ends it, as Ctrl+C does.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellationToken = default)
    {
        var root = new RootCommand("Commands of the meter's Functions app.")
        {
            Settings, VerifyCommand.Create(this), VerifyExportCommand.Create(this),
        };
        var parsed = root.Parse(args);
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

    /// <summary>Does a command's work on the app's services.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="work">The work; its answer is the exit code.</param>
    /// <param name="tellEnd">Says how far it came, where it could not be done.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<int> RunAsync(
        ParseResult parsed, Func<IServiceProvider, Task<int>> work, Func<Task> tellEnd, CancellationToken stop)
    {
        string why;
        try
        {
            var (configuration, file) = LocalSettings.Read(parsed.GetValue(Settings));
            await progress.WriteLineAsync(file is null ? "Settings: the environment." : $"Settings: the environment, then {file}.")
                .ConfigureAwait(false);
            await using var provider = Services(configuration);
            await OpenAsync(provider).ConfigureAwait(false);
            return await work(provider).ConfigureAwait(false);
        }
        catch (OptionsValidationException wrong)
        {
            why = string.Join(Environment.NewLine, wrong.Failures);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            why = "Stopped.";
        }
        catch (Exception fault) when (fault is StoreUnavailableException or RequestFailedException or AuthenticationFailedException
            or InvalidDataException or IOException or UnauthorizedAccessException or FormatException)
        {
            why = fault.Message;
        }

        await progress.WriteLineAsync(why).ConfigureAwait(false);
        await tellEnd().ConfigureAwait(false);
        return NotDone;
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
