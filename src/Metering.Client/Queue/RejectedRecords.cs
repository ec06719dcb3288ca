namespace Metering.Client;

/// <summary>
/// Records that the meter will never take, such as a use of a license that has expired. They leave the queue, or nothing after them would
/// ever arrive, and are kept in a file beside it for a person to look at.
/// </summary>
internal sealed class RejectedRecords(string directory)
{
    /// <summary>The file's name.</summary>
    internal const string Name = "rejected.ndjson";

    private const long MaxBytes = 1024 * 1024;

    private readonly string _path = Path.Combine(directory, Name);

    /// <summary>Keeps one.</summary>
    /// <returns>Whether there was room; without it the log is all that there is.</returns>
    public bool Keep(ReadOnlyMemory<byte> record)
    {
        using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
        if (file.Length + record.Length + 1 > MaxBytes)
        {
            return false;
        }

        file.Write(record.Span);
        file.WriteByte((byte)'\n');
        return true;
    }
}
