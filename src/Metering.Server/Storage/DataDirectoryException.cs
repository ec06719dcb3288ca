namespace Metering.Server.Storage;

/// <summary>The data directory cannot be used; the message tells the operator why and what to do.</summary>
public sealed class DataDirectoryException : Exception
{
    /// <summary>With a message for the operator.</summary>
    public DataDirectoryException(string message)
        : base(message)
    {
    }

    /// <summary>With a message for the operator and what caused it.</summary>
    public DataDirectoryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public DataDirectoryException()
    {
    }
}
