using System.CommandLine;
using System.CommandLine.Parsing;
using Metering.Cli.Catalog;
using Metering.Cli.Completion;
using Metering.Cli.Doctor;
using Metering.Cli.Events;
using Metering.Cli.Evidence;
using Metering.Cli.Exports;
using Metering.Cli.Licenses;
using Metering.Cli.Profiles;
using Metering.Cli.Runs;
using Metering.Cli.Tokens;
using Metering.Cli.Usage;
using Metering.Cli.Webhooks;

namespace Metering.Cli;

/// <summary>The tool: what is typed goes in, an exit code comes out.</summary>
public static class MeterTool
{
    private const string About =
        "Manages a meter: catalog, licenses, usage, ledger, imports, exports, webhooks. Start with 'meter login', then 'meter doctor'.";

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The words after the tool's name.</param>
    /// <param name="around">Console, environment and files.</param>
    /// <param name="stop">Ends it, as Ctrl+C does.</param>
    /// <returns>0 done, 1 refused or different, 2 wrong input, 3 the meter is away, 4 not allowed, 5 a local file, 130 stopped.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Surroundings around, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(around);
        var parsed = Root().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            // The first one says it; the whole help after it would push it off the screen.
            var name = string.Join(' ', Names(parsed.CommandResult));
            await around.Error.WriteLineAsync($"error: {Sentence(parsed)} See 'meter {name}--help'.").ConfigureAwait(false);
            return ExitCode.WrongInput;
        }

        return await parsed.InvokeAsync(new ToolInvocation(around), stop).ConfigureAwait(false);
    }

    private static string Sentence(ParseResult parsed)
    {
        // A word that is no command is told twice: that a command is missing, and that there is no such word. The second one helps.
        var error = parsed.Errors.FirstOrDefault(one => parsed.UnmatchedTokens.Any(
            word => one.Message.Contains($"'{word}'", StringComparison.Ordinal))) ?? parsed.Errors[0];
        var lines = error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 1 ? lines[0] : $"{lines[0]} {string.Join(", ", lines[1..])}.";
    }

    private static Stack<string> Names(CommandResult command)
    {
        var names = new Stack<string>();
        names.Push("");
        for (var at = command; at is { Command: not RootCommand }; at = (CommandResult?)at.Parent)
        {
            names.Push(at.Command.Name);
        }

        return names;
    }

    private static RootCommand Root()
    {
        var root = new RootCommand(About);
        foreach (var option in GlobalOptions.All)
        {
            root.Options.Add(option);
        }

        root.With(
            ProfileCommands.Login(), ProfileCommands.Logout(), ProfileCommands.List(), DoctorCommand.Create(), CatalogCommands.Create(),
            LicenseCommands.Create(), GrantCommands.Create(), BalanceCommands.Create(), ResetCommand.Create(), UsageCommands.Usage(),
            UsageCommands.Quota(), TopCommand.Create(), LedgerCommand.Create(), VerifyCommand.Create(), EventCommands.Create(),
            DeadLetterCommands.Create(), ExportCommands.Create(), ScheduleCommands.Create(), VerifyExportCommand.Create(),
            WebhookCommands.Create(), TokenCommands.Create(), ClockCommands.Create(), CompletionCommand.Create());
        return root;
    }
}
