namespace Metering.Client;

/// <summary>
/// What the meter could not do, other than refusing use: a refusal is an answer (<see cref="UsageAnswer.Refusal"/>), never an exception.
/// </summary>
public class MeteringException : Exception
{
    /// <summary>An exception with a message of its own.</summary>
    public MeteringException(string message)
        : base(message)
    {
    }

    /// <summary>An exception that has a cause.</summary>
    public MeteringException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
