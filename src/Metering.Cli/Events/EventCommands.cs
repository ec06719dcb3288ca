using System.CommandLine;

namespace Metering.Cli.Events;

/// <summary>Usage in bulk.</summary>
internal static class EventCommands
{
    public static Command Create() => new Command("events", "Imports files of usage, and follows the events that come in.") { ImportCommand.Create(), TailCommand.Create() };
}
