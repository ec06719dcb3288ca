using System.CommandLine;

namespace Metering.Cli.Runs;

/// <summary>Gives commands what they do.</summary>
internal static class CommandActions
{
    /// <summary>Makes a command with its options and arguments, and what it does.</summary>
    public static Command Does(this Command command, Func<Session, CancellationToken, Task> action) =>
        command.Answers(async (session, stop) =>
        {
            await action(session, stop).ConfigureAwait(false);
            return ExitCode.Done;
        });

    /// <summary>The same, for a command whose exit code says something.</summary>
    public static Command Answers(this Command command, Func<Session, CancellationToken, Task<int>> action)
    {
        command.SetAction((parsed, stop) => RunAsync(parsed, action, stop));
        return command;
    }

    public static Command With(this Command command, params ReadOnlySpan<Symbol> parts)
    {
        foreach (var part in parts)
        {
            switch (part)
            {
                case Command inner:
                    command.Subcommands.Add(inner);
                    break;
                case Option option:
                    command.Options.Add(option);
                    break;
                case Argument argument:
                    command.Arguments.Add(argument);
                    break;
            }
        }

        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Func<Session, CancellationToken, Task<int>> action, CancellationToken stop)
    {
        var around = ((ToolInvocation)parsed.InvocationConfiguration).Around;
        using var session = new Session(around, parsed);
        try
        {
            return await action(session, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            session.Screen.Note("Stopped.");
            return ExitCode.Stopped;
        }
        catch (Exception fault) when (Faults.Explain(fault, session.Meter) is { } told)
        {
            session.Screen.Fault(told.Message);
            return told.ExitCode;
        }
    }
}
