namespace Metering.Server.Hosting;

/// <summary>An option is wrong, so the server does not start; the message names each one and what it may be.</summary>
public sealed class ServerOptionsException : Exception
{
    /// <summary>With what is wrong, a line for each option.</summary>
    public ServerOptionsException(string message)
        : base(message)
    {
    }

    /// <summary>With what is wrong and what caused it.</summary>
    public ServerOptionsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public ServerOptionsException()
    {
    }
}
