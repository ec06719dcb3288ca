using System.CommandLine;

namespace Metering.Cli.Events;

/// <summary>Usage in bulk.</summary>
internal static class EventCommands
{
    public static Command Create() => new Command("events", "Usage in bulk: files of it, and what comes in.") { ImportCommand.Create(), TailCommand.Create() };
}
