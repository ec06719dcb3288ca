using Azure;
using Metering;

namespace MeterFunctions.Ingest;

/// <summary>Which faults a batch of the hub's messages may come again for.</summary>
internal static class HubFaults
{
    /// <summary>
    /// Whether it may be over when the batch comes again: the storage is lost, another version has to be deployed, the host stops. What the
    /// storage says of a row's content (400, 413) stays as it is; all else that it says is of the storage.
    /// </summary>
    public static bool MayPass(Exception fault) => fault
        is StoreUnavailableException or OperationCanceledException or UnknownFormatException
        or RequestFailedException { Status: not (400 or 413) };
}
