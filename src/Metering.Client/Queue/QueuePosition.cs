using System.Globalization;

namespace Metering.Client;

/// <summary>A place in a queue: before it, everything was received.</summary>
/// <param name="File">The file's number.</param>
/// <param name="Offset">The byte in it.</param>
internal readonly record struct QueuePosition(long File, long Offset)
{
    private const string Name = "received";

    /// <summary>
    /// Reads the note of what was received; null when there is none, or none that can be read: then all of it is sent again, and counts
    /// once.
    /// </summary>
    public static QueuePosition? Read(string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!System.IO.File.Exists(path))
        {
            return null;
        }

        var parts = System.IO.File.ReadAllText(path).Split(' ');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var file)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                ? new QueuePosition(file, offset)
                : null;
    }

    /// <summary>Notes it: whole or not at all, because a rename is.</summary>
    public void Write(string directory)
    {
        var path = Path.Combine(directory, Name);
        System.IO.File.WriteAllText(path + ".new", string.Create(CultureInfo.InvariantCulture, $"{File} {Offset}"));
        System.IO.File.Move(path + ".new", path, overwrite: true);
    }
}
