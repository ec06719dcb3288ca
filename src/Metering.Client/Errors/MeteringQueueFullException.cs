namespace Metering.Client;

/// <summary>The queue on disk has reached its limit: nothing was added, and nothing that is in it was lost.</summary>
public sealed class MeteringQueueFullException : MeteringException
{
    internal MeteringQueueFullException(string directory, long maxBytes)
        : base($"The queue in {directory} has reached its limit of {maxBytes} bytes. It shrinks when the meter can be reached.")
    {
    }
}
