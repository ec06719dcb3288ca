namespace Metering.Cli.Runs;

/// <summary>Why a command ends without being done: a sentence for people, and an exit code for scripts.</summary>
internal sealed class ToolException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
