namespace Metering.Client;

/// <summary>What a queue reads of a file when it is opened.</summary>
internal static class QueueFile
{
    /// <summary>Behind each record.</summary>
    public const byte LineEnd = (byte)'\n';

    /// <summary>Where the last line of a file ends; 0 when no line does.</summary>
    public static long EndOfLastLine(FileStream file)
    {
        var buffer = new byte[64 * 1024];
        for (var end = file.Length; end > 0;)
        {
            var start = Math.Max(0, end - buffer.Length);
            file.Seek(start, SeekOrigin.Begin);
            var read = buffer.AsSpan(0, (int)(end - start));
            file.ReadExactly(read);
            if (read.LastIndexOf(LineEnd) is var at and >= 0)
            {
                return start + at + 1;
            }

            end = start;
        }

        return 0;
    }
}
