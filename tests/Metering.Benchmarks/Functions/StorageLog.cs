using System.Text.RegularExpressions;

namespace Metering.Benchmarks;

/// <summary>
/// Counts requests in Azurite's access log, which it writes where its output goes. Looks into queues are left out: the host polls them all
/// the time, and what a look finds can't be told from what it doesn't.
/// </summary>
/// <param name="file">The file that Azurite's output goes to; null: nothing is counted.</param>
internal sealed partial class StorageLog(string? file)
{
    private long _read;

    /// <summary>How many requests there were since the last call; null when there is no log.</summary>
    public long? Take()
    {
        if (file is null)
        {
            return null;
        }

        // Azurite goes on writing to it.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(_read, SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        _read = stream.Position;
        return Request().Matches(text).Count(match => !Poll().IsMatch(match.Value));
    }

    [GeneratedRegex("\"[A-Z]+ \\S+ HTTP/1.1\" \\d+")]
    private static partial Regex Request();

    [GeneratedRegex("^\"GET \\S+/messages\\?")]
    private static partial Regex Poll();
}
