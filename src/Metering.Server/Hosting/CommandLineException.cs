namespace Metering.Server.Hosting;

/// <summary>The command line is not understood, so nothing is done; the message names what is not, and what to write.</summary>
public sealed class CommandLineException : Exception
{
    /// <summary>With what is wrong, a line each.</summary>
    public CommandLineException(string message)
        : base(message)
    {
    }

    /// <summary>With what is wrong and what caused it.</summary>
    public CommandLineException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public CommandLineException()
    {
    }
}
