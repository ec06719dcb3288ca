namespace Metering.Server.Storage;

/// <summary>
/// Brings the write-ahead logs that a process left behind to the disk before SQLite reads them.
/// </summary>
/// <remarks>
/// When a sync fails, Linux keeps the pages that it could not write, and takes them for written. A process that starts then finds commits
/// in a log that the disk does not have; what it appended behind them would be lost with the next power failure, though its syncs succeed.
/// Written again, the same bytes are on the disk or the start fails. After a clean end there are no logs.
/// </remarks>
internal static class LogSync
{
    private const int StepBytes = 1024 * 1024;

    /// <summary>Writes the logs of SQLite files again, byte for byte, and syncs them.</summary>
    /// <exception cref="IOException">A log can't be read, written or synced.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write one.</exception>
    internal static void Run(params ReadOnlySpan<string> files)
    {
        foreach (var file in files)
        {
            var log = file + "-wal";
            if (File.Exists(log))
            {
                Rewrite(log);
            }
        }
    }

    private static void Rewrite(string log)
    {
        using var handle = File.OpenHandle(log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var buffer = new byte[StepBytes];
        for (long at = 0; RandomAccess.Read(handle, buffer, at) is > 0 and var read; at += read)
        {
            RandomAccess.Write(handle, buffer.AsSpan(0, read), at);
        }

        RandomAccess.FlushToDisk(handle);
    }
}
