using System.Globalization;

namespace Metering.Client;

/// <summary>How a queue's files are named, and what is read of one when the queue is opened.</summary>
internal static class QueueFile
{
    /// <summary>How their names end.</summary>
    public const string Suffix = ".queue";

    /// <summary>Behind each record.</summary>
    public const byte LineEnd = (byte)'\n';

    /// <summary>The numbers of a directory's files. What has another name, such as a copy of one, is not the queue's.</summary>
    public static IEnumerable<long> Numbers(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "*" + Suffix))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && Path.GetFileName(file) == Name(number))
            {
                yield return number;
            }
        }
    }

    /// <summary>The name of the file with that number.</summary>
    public static string Name(long number) => number.ToString("D10", CultureInfo.InvariantCulture) + Suffix;

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
