using System.CommandLine;

namespace Metering.Cli.Runs;

/// <summary>What a command gets to know of the run beside its own line.</summary>
internal sealed class ToolInvocation : InvocationConfiguration
{
    public ToolInvocation(Surroundings around)
    {
        Around = around;
        (Output, Error) = (around.Output, around.Error);
        // Faults are told by CommandActions; what gets past it is a bug, and is to be seen whole.
        EnableDefaultExceptionHandler = true;
    }

    public Surroundings Around { get; }
}
