using Microsoft.Extensions.Logging;

namespace Metering.Client;

/// <summary>
/// Records that the meter will never take, such as a use of a license that has expired. They leave the queue, or nothing after them would
/// ever arrive, and are kept in a file beside it for a person to look at.
/// </summary>
internal sealed class RejectedRecords(string directory, ILogger log)
{
    /// <summary>The file's name.</summary>
    internal const string Name = "rejected.ndjson";

    private const long MaxBytes = 1024 * 1024;

    private readonly string _path = Path.Combine(directory, Name);

    /// <summary>
    /// Keeps one, and tells in the log whether it could. Without room, or with a disk that fails, the log is all that there is.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="why">Why the meter will never take it.</param>
    public void Keep(ReadOnlyMemory<byte> record, string why)
    {
        bool kept;
        try
        {
            kept = Write([.. record.Span, QueueFile.LineEnd]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The queue must not stop for it: uses and events that the meter takes come after this one.
            ClientLog.Rejected(log, why, kept: false, failure);
            return;
        }

        ClientLog.Rejected(log, why, kept, failure: null);
    }

    private bool Write(byte[] line)
    {
        using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var before = file.Length;
        if (before + line.Length > MaxBytes)
        {
            return false;
        }

        try
        {
            file.Write(line);
            return true;
        }
        catch (IOException)
        {
            // A full disk takes a part of the line. Without this cut the next record would be glued to it.
            file.SetLength(before);
            throw;
        }
    }
}
