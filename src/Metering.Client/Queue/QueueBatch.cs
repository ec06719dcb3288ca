namespace Metering.Client;

/// <summary>The first records of a queue.</summary>
/// <param name="Lines">The records, as they lie in the file, each with its line end.</param>
/// <param name="Ends">Where each of them ends in <paramref name="Lines"/>.</param>
/// <param name="From">Where the first begins in the queue.</param>
internal sealed record QueueBatch(ReadOnlyMemory<byte> Lines, IReadOnlyList<int> Ends, QueuePosition From)
{
    /// <summary>How many records there are.</summary>
    public int Count => Ends.Count;

    /// <summary>One of the records, without its line end.</summary>
    public ReadOnlyMemory<byte> this[int index] => Lines[(index == 0 ? 0 : Ends[index - 1])..(Ends[index] - 1)];

    /// <summary>The place behind the first so many records.</summary>
    public QueuePosition After(int count) => From with { Offset = From.Offset + (count == 0 ? 0 : Ends[count - 1]) };

    public static QueueBatch Read(string path, QueuePosition from, long size, int maxCount, int maxBytes)
    {
        if (from.Offset >= size)
        {
            return new QueueBatch(ReadOnlyMemory<byte>.Empty, [], from);
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        file.Seek(from.Offset, SeekOrigin.Begin);
        var wanted = (int)Math.Min(size - from.Offset, maxBytes);
        while (true)
        {
            var bytes = new byte[wanted];
            file.ReadExactly(bytes);
            var ends = LineEnds(bytes, maxCount);
            if (ends.Count > 0 || wanted == size - from.Offset)
            {
                return new QueueBatch(bytes.AsMemory(0, ends.Count == 0 ? 0 : ends[^1]), ends, from);
            }

            // One record that is longer than a batch should be.
            wanted = (int)Math.Min(size - from.Offset, 2L * wanted);
            file.Seek(from.Offset, SeekOrigin.Begin);
        }
    }

    private static List<int> LineEnds(ReadOnlySpan<byte> bytes, int maxCount)
    {
        var ends = new List<int>();
        for (var at = 0; ends.Count < maxCount && bytes[at..].IndexOf((byte)'\n') is var length and >= 0;)
        {
            at += length + 1;
            ends.Add(at);
        }

        return ends;
    }
}
