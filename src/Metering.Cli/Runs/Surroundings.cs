using System.Text;

namespace Metering.Cli.Runs;

/// <summary>
/// All that the tool has around it. Nothing else in it touches the console or the environment, so tests can stand in for them.
/// </summary>
public sealed record Surroundings
{
    /// <summary>What is piped in.</summary>
    public required Stream Input { get; init; }

    /// <summary>Where answers go, and nothing else.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Where progress, questions and faults go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>An environment variable; null where it is not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The folder of this user's settings.</summary>
    public required string SettingsFolder { get; init; }

    /// <summary>Whether somebody can be asked.</summary>
    public bool IsInputTerminal { get; init; }

    /// <summary>Whether answers are read by a person, and not by a file or program.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>Whether progress is seen by a person.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Columns of the terminal; what is written to anything else is not cut.</summary>
    public int Width { get; init; } = 400;

    /// <summary>Reads a line that is not shown while it is typed.</summary>
    public Func<string> ReadHidden { get; init; } = () => "";

    /// <summary>The clock of this machine.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How long who wants to know at once how the meter is waits for each of its answers.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The console, the environment and the user that the process was started with.</summary>
    public static Surroundings OfProcess()
    {
        // Bars and arrows are no ASCII. Where the terminal can't show them, it shows something else in their place.
        if (!OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        }

        return new Surroundings
        {
            Input = Console.OpenStandardInput(),
            Output = Console.Out,
            Error = Console.Error,
            Variable = Environment.GetEnvironmentVariable,
            SettingsFolder = Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "meter"),
            IsInputTerminal = !Console.IsInputRedirected,
            IsOutputTerminal = !Console.IsOutputRedirected,
            IsErrorTerminal = !Console.IsErrorRedirected,
            Width = Console.IsOutputRedirected ? 400 : Columns(),
            ReadHidden = ReadKeys,
        };
    }

    private static int Columns()
    {
        try
        {
            // Some terminals say that they have no columns at all.
            return Console.WindowWidth is > 0 and var width ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }

    private static string ReadKeys()
    {
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        return typed.ToString();
    }
}
