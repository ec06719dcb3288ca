namespace Metering;

/// <summary>One of a list of commands for the same license.</summary>
/// <param name="Command">What is asked of the license.</param>
/// <param name="Once">By what the command is recognized when it comes again; null: each time counts.</param>
public readonly record struct RequestedCommand(Command Command, Once? Once);
