namespace Metering.Client;

/// <summary>What lies in a queue's directory, seen from outside: also while the process that it belongs to runs.</summary>
public sealed record QueueStanding
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>How many records wait.</summary>
    public long Waiting { get; init; }

    /// <summary>How many bytes they have.</summary>
    public long WaitingBytes { get; init; }

    /// <summary>How many records the meter will never take; they lie in <c>rejected.ndjson</c>.</summary>
    public long Rejected { get; init; }

    /// <summary>
    /// Whether the last record has no end: a write that is under way, or one that a crash cut off. The next start cuts it off; whoever
    /// added it was not told that it is in.
    /// </summary>
    public bool IsTorn { get; init; }

    /// <summary>When something was written last, UTC; null: there is nothing.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>Looks at a directory.</summary>
    /// <exception cref="MeteringException">It is no queue's directory.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static QueueStanding Read(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!Directory.Exists(directory))
        {
            throw new MeteringException($"There is no directory {directory}.");
        }

        var files = QueueFile.Numbers(directory).Order().ToList();
        var rejected = Path.Combine(directory, RejectedRecords.Name);
        if (files.Count == 0 && !File.Exists(rejected))
        {
            throw new MeteringException($"{directory} is not a queue's directory: it has no file *{QueueFile.Suffix}.");
        }

        var from = QueuePosition.Read(directory).GetValueOrDefault();
        var standing = new QueueStanding { Rejected = File.Exists(rejected) ? Count(rejected, 0).Lines : 0 };
        foreach (var number in files.Where(number => number >= from.File))
        {
            var file = Path.Combine(directory, QueueFile.Name(number));
            var (lines, bytes, isTorn) = Count(file, number == from.File ? from.Offset : 0);
            standing = standing with
            {
                Waiting = standing.Waiting + lines,
                WaitingBytes = standing.WaitingBytes + bytes,
                IsTorn = isTorn,
                WrittenAt = File.GetLastWriteTimeUtc(file),
            };
        }

        return standing;
    }

    private static (long Lines, long Bytes, bool IsTorn) Count(string path, long from)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = Math.Min(from, file.Length);
        var (piece, lines, bytes, last) = (new byte[PieceBytes], 0L, 0L, (byte)'\n');
        while (file.Read(piece) is > 0 and var count)
        {
            lines += piece.AsSpan(0, count).Count((byte)'\n');
            bytes += count;
            last = piece[count - 1];
        }

        return (lines, bytes, last != '\n');
    }
}
