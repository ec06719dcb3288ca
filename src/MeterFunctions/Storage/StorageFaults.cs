using Azure;
using Metering;

namespace MeterFunctions.Storage;

/// <summary>Tells faults of what is stored, or of ours, from those that may be over when the same is tried again.</summary>
internal static class StorageFaults
{
    /// <summary>Whether a fault may be over: the storage is lost or refuses, another version has to be deployed, the host stops.</summary>
    public static bool MayPass(Exception fault) => fault
        is StoreUnavailableException or OperationCanceledException or UnknownFormatException or RequestFailedException;
}
